/** The version of libdealer that a program was compiled with. */
#ifndef DEALER_VERSION_H
#define DEALER_VERSION_H

#define DEALER_VERSION_MAJOR 0
#define DEALER_VERSION_MINOR 1
#define DEALER_VERSION_PATCH 0
#define DEALER_VERSION_TEXT  "0.1.0"

#endif
