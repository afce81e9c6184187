/** Which symbols leave the library, and the fixed-width types that its interface is made of. */
#ifndef DEALER_EXPORT_H
#define DEALER_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(DEALER_STATIC) || defined(SWIG)
#define DEALER_API
#elif defined(__GNUC__)
#define DEALER_API __attribute__((visibility("default")))
#else
#define DEALER_API
#endif

#endif
