"""Who stands behind a firm: declared, suggested, confirmed; one ticket per controller; recusal."""
