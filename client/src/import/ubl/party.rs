//! The parties of a document with all their identifiers.

use super::value::{field, text};
use crate::import::document::{IdentifierSource, Party, PartyIdentifier};
use crate::import::error::ImportError;
use crate::import::limits::IDENTIFIERS_MAX;
use crate::import::xml::Element;

/// The supplier or the customer: a role element around one `Party`.
pub(super) fn party(root: &Element, role: &'static str) -> Result<Party, ImportError> {
    let missing = ImportError::Missing { element: role };
    let Some(outer) = root.aggregate(role)? else { return Err(missing) };
    let Some(party) = outer.aggregate("Party")? else { return Err(missing) };
    Ok(Party {
        name: registered_name(party)?.or(trading_name(party)?).ok_or(missing)?,
        country: country(party)?,
        identifiers: identifiers(party)?,
    })
}

/// The payee, which UBL states without a role element around it. A payee that states nothing is none.
pub(super) fn payee(root: &Element) -> Result<Option<Party>, ImportError> {
    let Some(party) = root.aggregate("PayeeParty")? else { return Ok(None) };
    let identifiers = identifiers(party)?;
    let first_value = identifiers.first().map(|identifier| identifier.value.clone());
    let name = trading_name(party)?.or(registered_name(party)?).or(first_value);
    let country = country(party)?;
    Ok(name.map(|name| Party { name, country, identifiers }))
}

fn registered_name(party: &Element) -> Result<Option<String>, ImportError> {
    first(party, "PartyLegalEntity", "RegistrationName")
}

fn trading_name(party: &Element) -> Result<Option<String>, ImportError> {
    first(party, "PartyName", "Name")
}

/// The first non-empty value; UBL allows several entities and names, the first is the main one.
fn first(party: &Element, aggregate: &str, basic: &str) -> Result<Option<String>, ImportError> {
    party
        .aggregates(aggregate)
        .flat_map(|entity| entity.basics(basic))
        .find(|value| !value.text().is_empty())
        .map(text)
        .transpose()
}

fn country(party: &Element) -> Result<Option<String>, ImportError> {
    let Some(address) = party.aggregate("PostalAddress")? else { return Ok(None) };
    match address.aggregate("Country")? {
        Some(country) => field(country, "IdentificationCode"),
        None => Ok(None),
    }
}

fn identifiers(party: &Element) -> Result<Vec<PartyIdentifier>, ImportError> {
    let mut found = Vec::new();
    let mut take = |element: &Element, scheme: Option<&str>, source| {
        let scheme = scheme.map(str::to_owned);
        let value = text(element)?;
        if found.len() == IDENTIFIERS_MAX {
            return Err(ImportError::Repeated { element: "party identifier", count: IDENTIFIERS_MAX + 1 });
        }
        if !value.is_empty() {
            found.push(PartyIdentifier { scheme, value, source });
        }
        Ok(())
    };
    for id in party.basics("EndpointID") {
        take(id, id.attribute("schemeID"), IdentifierSource::Endpoint)?;
    }
    for id in party.aggregates("PartyIdentification").flat_map(|outer| outer.basics("ID")) {
        take(id, id.attribute("schemeID"), IdentifierSource::Identification)?;
    }
    for registration in party.aggregates("PartyTaxScheme") {
        for id in registration.basics("CompanyID") {
            take(id, tax_scheme(registration), IdentifierSource::TaxRegistration)?;
        }
    }
    for id in party.aggregates("PartyLegalEntity").flat_map(|entity| entity.basics("CompanyID")) {
        take(id, id.attribute("schemeID"), IdentifierSource::LegalRegistration)?;
    }
    Ok(found)
}

fn tax_scheme(registration: &Element) -> Option<&str> {
    let scheme = registration.aggregates("TaxScheme").flat_map(|scheme| scheme.basics("ID")).next()?;
    Some(scheme.text()).filter(|text| !text.is_empty())
}
