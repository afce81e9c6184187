/** libdealer: business rules for construction-machinery dealers. One include for the whole interface; each header also stands alone.
 *
 *  The way of every program: open a store, open a session for whoever acts, make or read documents, act. See examples/c. */
#ifndef DEALER_H
#define DEALER_H

#include "dealer/account.h"
#include "dealer/approval.h"
#include "dealer/backtest.h"
#include "dealer/configuration.h"
#include "dealer/decision.h"
#include "dealer/document.h"
#include "dealer/error.h"
#include "dealer/journal.h"
#include "dealer/list.h"
#include "dealer/lock.h"
#include "dealer/machine.h"
#include "dealer/market.h"
#include "dealer/message.h"
#include "dealer/permission.h"
#include "dealer/report.h"
#include "dealer/rules.h"
#include "dealer/session.h"
#include "dealer/status.h"
#include "dealer/store.h"
#include "dealer/types.h"
#include "dealer/version.h"

#endif
