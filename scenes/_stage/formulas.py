"""Formulas in Typst math that several films and figures show."""

SUM_OF_SQUARES = "loss(L)(weight(w)) = scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2"
