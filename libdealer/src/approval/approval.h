/* Approval: every way a dealer decides, as one pure function over plain values. This floor knows no SQL, no Lua, no
 * clock; the organisation, the document and its rules are behind struct approval_people. */
#ifndef APPROVAL_APPROVAL_H
#define APPROVAL_APPROVAL_H

#include "approval/flow.h"
#include "approval/instance.h"
#include "approval/people.h"
#include "approval/step.h"

#endif
