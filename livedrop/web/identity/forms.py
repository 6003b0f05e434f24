"""What people type to open an account, to get into it and to change how they do."""

from wtforms import EmailField, HiddenField, PasswordField, StringField

from livedrop.lib.forms import Form


def new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        description="At least 8 characters; 15 or more are better.",
        render_kw={"autocomplete": "new-password", "maxlength": 128, "required": True},
    )


def current_password(label: str) -> PasswordField:
    return PasswordField(label, render_kw={"autocomplete": "current-password", "required": True})


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
    password = new_password("Password")
    # Nobody is shown it: programs that fill in whatever there is do.
    homepage = StringField("Leave this empty", render_kw={"autocomplete": "off"})
    shown = HiddenField()
    next = HiddenField()


class SignInForm(Form):
    email = EmailField("E-mail address", render_kw={"autocomplete": "username", "required": True})
    password = current_password("Password")
    next = HiddenField()


class AskResetForm(Form):
    email = EmailField("E-mail address", render_kw={"autocomplete": "username", "required": True})


class ResetForm(Form):
    password = new_password("New password")


class NewAddressForm(Form):
    email = EmailField(
        "New e-mail address",
        render_kw={"autocomplete": "email", "maxlength": 320, "required": True},
    )


class NewPasswordForm(Form):
    current = current_password("Current password")
    password = new_password("New password")


class ProofForm(Form):
    password = current_password("Password")
    next = HiddenField()
