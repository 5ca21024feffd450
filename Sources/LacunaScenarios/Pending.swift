// first code arrives
