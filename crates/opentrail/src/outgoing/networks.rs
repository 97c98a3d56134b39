//! Which addresses may be posted to: public ones, those that the operator named, and never some.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// The judge of addresses.
#[derive(Debug)]
pub(super) struct Networks {
    /// Networks that are not public and may be posted to all the same.
    allowed: Vec<IpNet>,
}

/// Never posted to, whatever the operator names: where machines learn their credentials, what
/// stands for this machine, what reaches many, and what wraps another address.
const NEVER: &[IpNet] = &[
    v4(Ipv4Addr::UNSPECIFIED, 8),
    v4(Ipv4Addr::new(100, 100, 100, 200), 32), // a cloud's metadata
    v4(Ipv4Addr::new(169, 254, 0, 0), 16),     // link-local, and most clouds' metadata
    v4(Ipv4Addr::new(192, 0, 0, 192), 32),     // a cloud's metadata
    v4(Ipv4Addr::new(192, 88, 99, 0), 24),     // relays of 6to4
    v4(Ipv4Addr::new(224, 0, 0, 0), 4),
    v4(Ipv4Addr::new(240, 0, 0, 0), 4),
    v6(Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48), // translation that is local to a network
    v6(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32),    // Teredo
    v6(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),    // 6to4
    v6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128), // a cloud's metadata
    v6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    v6(Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    v6(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Not public, by IANA's registries of special addresses.
const NOT_PUBLIC: &[IpNet] = &[
    v4(Ipv4Addr::new(10, 0, 0, 0), 8),
    v4(Ipv4Addr::new(100, 64, 0, 0), 10),
    v4(Ipv4Addr::new(127, 0, 0, 0), 8),
    v4(Ipv4Addr::new(172, 16, 0, 0), 12),
    v4(Ipv4Addr::new(192, 0, 0, 0), 24),
    v4(Ipv4Addr::new(192, 0, 2, 0), 24),
    v4(Ipv4Addr::new(192, 168, 0, 0), 16),
    v4(Ipv4Addr::new(198, 18, 0, 0), 15),
    v4(Ipv4Addr::new(198, 51, 100, 0), 24),
    v4(Ipv4Addr::new(203, 0, 113, 0), 24),
    v6(Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    v6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    v6(Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// All public addresses of IPv6.
const GLOBAL_UNICAST: IpNet = v6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// IPv4 behind a translator: judged as the address that it stands for.
const TRANSLATED: IpNet = v6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);
/// IPv4 in IPv6 as it was done once; holds `::1` too.
const COMPATIBLE: IpNet = v6(Ipv6Addr::UNSPECIFIED, 96);

impl Networks {
    /// Returns a judge that lets these networks pass beside the public ones.
    pub(super) fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Returns whether an address may be posted to.
    pub(super) fn admit(&self, address: IpAddr) -> bool {
        let address = plain(address);
        let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        if within(NEVER) || (COMPATIBLE.contains(&address) && address != Ipv6Addr::LOCALHOST) {
            return false;
        }
        let public = match address {
            IpAddr::V4(_) => !within(NOT_PUBLIC),
            IpAddr::V6(_) => GLOBAL_UNICAST.contains(&address) && !within(NOT_PUBLIC),
        };
        public || within(&self.allowed)
    }
}

/// Returns the address that is meant: IPv4 taken out of the IPv6 that it is written as.
fn plain(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(wrapped) if TRANSLATED.contains(&IpAddr::V6(wrapped)) => {
            let [.., a, b, c, d] = wrapped.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        address => address,
    }
}

const fn v4(address: Ipv4Addr, length: u8) -> IpNet {
    IpNet::new_assert(IpAddr::V4(address), length)
}

const fn v6(address: Ipv6Addr, length: u8) -> IpNet {
    IpNet::new_assert(IpAddr::V6(address), length)
}
