// first tests arrive with the first code
