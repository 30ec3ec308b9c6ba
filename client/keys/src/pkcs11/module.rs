//! Modules: each shared library is loaded and initialised once in a process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::Session;

use super::KeyUri;
use crate::error::KeyError;

static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// A session with the token of a URI; nobody is logged in by it.
pub(super) fn session(uri: &KeyUri) -> Result<Session, KeyError> {
    let module = load(uri)?;
    let slots = module.get_slots_with_token().map_err(|source| uri.failed("list its tokens", source))?;
    for slot in slots {
        let info = module.get_token_info(slot).map_err(|source| uri.failed("look at its tokens", source))?;
        if info.label() == uri.token {
            return module.open_rw_session(slot).map_err(|source| uri.failed("open a session", source));
        }
    }
    Err(KeyError::ModuleToken { uri: uri.reference().to_owned(), token: uri.token.clone() })
}

fn load(uri: &KeyUri) -> Result<Pkcs11, KeyError> {
    if !uri.module.is_file() {
        return Err(KeyError::ModuleMissing { module: uri.module.clone() });
    }
    let mut loaded = LOADED.lock().expect("nothing panics while it loads a module");
    if let Some(module) = loaded.get(&uri.module) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(&uri.module).map_err(|source| uri.failed("load", source))?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) => {}
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(source) => return Err(uri.failed("initialise", source)),
    }
    loaded.insert(uri.module.clone(), module.clone());
    Ok(module)
}

/// A token has one log-in for all sessions of a process.
pub(super) fn is_logged_in_already(error: &Error) -> bool {
    matches!(error, Error::Pkcs11(RvError::UserAlreadyLoggedIn, _))
}
