import seerr
from generated_seerr import judge
from verdict import give

give(jellyseerr=lambda ask: judge(seerr, ask))
