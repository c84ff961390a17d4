"""勘测定界 TXT (报部坐标): reading and writing."""
