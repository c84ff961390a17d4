"""Rules as data: packs in TOML, what a site says of itself, and what the rules answer."""

from eco_gis.siting.rules.ask import RuleSet, Ruling, WhyNot
from eco_gis.siting.rules.profile import Profile, State
from eco_gis.siting.rules.read import SHIPPED_PACKS, load_rules
from eco_gis.siting.rules.rule import Ground, Rule

__all__ = ["SHIPPED_PACKS", "Ground", "Profile", "Rule", "RuleSet", "Ruling", "State", "WhyNot", "load_rules"]
