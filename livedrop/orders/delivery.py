"""What a delivery address is made of, in the words of the browser's autofill."""

# name -> (the words beside the field, autocomplete token, most characters, required)
FIELDS: dict[str, tuple[str, str, int, bool]] = {
    "name": ("Full name", "name", 120, True),
    "line1": ("Address", "address-line1", 160, True),
    "line2": ("Apartment, floor", "address-line2", 160, False),
    "postcode": ("Postcode", "postal-code", 20, True),
    "city": ("Town or city", "address-level2", 100, True),
    "country": ("Country", "country-name", 100, True),
}
