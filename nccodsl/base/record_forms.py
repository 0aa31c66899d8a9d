"""The form of `__init__` for each number of fields, which `Record` fills with their names.

Written out, because `exec` for each class would take most of the time that a command takes to start.
"""

# The names of the parameters, which are the keys too, are replaced by those of the fields.
# mypy: disable-error-code="no-untyped-def"


def _1(self, f0):
    members = self.__dict__
    members["f0"] = f0


def _2(self, f0, f1):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1


def _3(self, f0, f1, f2):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2


def _4(self, f0, f1, f2, f3):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3


def _5(self, f0, f1, f2, f3, f4):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4


def _6(self, f0, f1, f2, f3, f4, f5):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5


def _7(self, f0, f1, f2, f3, f4, f5, f6):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6


def _8(self, f0, f1, f2, f3, f4, f5, f6, f7):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6
    members["f7"] = f7


def _9(self, f0, f1, f2, f3, f4, f5, f6, f7, f8):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6
    members["f7"] = f7
    members["f8"] = f8


def _10(self, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6
    members["f7"] = f7
    members["f8"] = f8
    members["f9"] = f9


def _11(self, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6
    members["f7"] = f7
    members["f8"] = f8
    members["f9"] = f9
    members["f10"] = f10


def _12(self, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11):
    members = self.__dict__
    members["f0"] = f0
    members["f1"] = f1
    members["f2"] = f2
    members["f3"] = f3
    members["f4"] = f4
    members["f5"] = f5
    members["f6"] = f6
    members["f7"] = f7
    members["f8"] = f8
    members["f9"] = f9
    members["f10"] = f10
    members["f11"] = f11


FORMS = {
    1: _1.__code__,
    2: _2.__code__,
    3: _3.__code__,
    4: _4.__code__,
    5: _5.__code__,
    6: _6.__code__,
    7: _7.__code__,
    8: _8.__code__,
    9: _9.__code__,
    10: _10.__code__,
    11: _11.__code__,
    12: _12.__code__,
}
"""The code for so many fields: `f0`, `f1` and so on."""
