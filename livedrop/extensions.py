"""The Flask extensions, made here and bound in `create_app`. Imports nothing of ours."""

from contextvars import ContextVar
from typing import Any

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sock import Sock
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """The root of every model; constraints get stable names so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        }
    )


REPLICA = "replica"  # the name of the engine of the copy that public pages are read from
from_replica: ContextVar[bool] = ContextVar("from_replica", default=False)


class Readings(Session):
    """Reads from the copy where somebody said that it may; a transaction never does."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        if from_replica.get() and "tx" not in self.info:
            return db.engines[REPLICA]
        return super().get_bind(*args, **kwargs)


# Rows keep the values they were read with: an attribute that re-reads itself after a commit
# may show somebody else's change.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": Readings})
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
sock = Sock()
