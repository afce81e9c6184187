/* The dealer group of the demo: three kinds of company, their people, and what used machines sold for lately. */
#ifndef DEMO_GROUP_H
#define DEMO_GROUP_H

#include "stage.h"

/* Applies the starter configuration with this group's organisation in it, publishes the starter rules, adds sales to the market. */
void found_group(struct stage *stage);

#endif
