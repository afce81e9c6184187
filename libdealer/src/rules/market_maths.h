/* Exponential and logarithm out of plain arithmetic, so that every machine with IEEE doubles gives the same bits; those of maths libraries
 * differ in the last, and an unfinished iteration makes much of that. Good to a few units in the last place. */
#ifndef RULES_MARKET_MATHS_H
#define RULES_MARKET_MATHS_H

double market_exp(double x);
double market_log(double x); /* of a positive, finite number */

#endif
