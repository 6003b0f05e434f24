"""What people type to open an account and to get into it."""

from wtforms import EmailField, HiddenField, PasswordField, StringField

from livedrop.lib.forms import Form


class SignUpForm(Form):
    email = EmailField(
        "E-mail address", render_kw={"autocomplete": "email", "maxlength": 320, "required": True}
    )
    handle = StringField(
        "Handle",
        description="Your short name here, such as ada_99. It stays.",
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": 30,
            "required": True,
        },
    )
    display_name = StringField(
        "Name", render_kw={"autocomplete": "name", "maxlength": 60, "required": True}
    )
    password = PasswordField(
        "Password",
        description="At least 8 characters; 15 or more are better.",
        render_kw={"autocomplete": "new-password", "maxlength": 128, "required": True},
    )
    next = HiddenField()


class SignInForm(Form):
    email = EmailField("E-mail address", render_kw={"autocomplete": "username", "required": True})
    password = PasswordField(
        "Password", render_kw={"autocomplete": "current-password", "required": True}
    )
    next = HiddenField()
