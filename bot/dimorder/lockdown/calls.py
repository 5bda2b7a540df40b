"""The kernel's calls that a locked process may not make, by machine.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux 6.10; numbers from 424 on
are the same on all machines.
"""

from __future__ import annotations

_BOTH = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "mount_setattr": 442, "fchmodat2": 452,
}  # fmt: skip

_X86_64 = {
    "fork": 57, "vfork": 58, "kill": 62, "shmget": 29, "shmat": 30, "ptrace": 101, "personality": 135, "chroot": 161,
    "mount": 165, "umount2": 166, "setrlimit": 160, "init_module": 175, "tkill": 200, "tgkill": 234, "mq_open": 240,
    "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "rt_sigqueueinfo": 129,
    "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
    "kcmp": 312, "finit_module": 313, "bpf": 321, "userfaultfd": 323,
    "rename": 82, "mkdir": 83, "rmdir": 84, "link": 86, "unlink": 87, "symlink": 88, "chmod": 90, "chown": 92,
    "lchown": 94, "truncate": 76, "mknod": 133, "utime": 132, "utimes": 235, "setxattr": 188, "lsetxattr": 189,
    "removexattr": 197, "lremovexattr": 198, "mkdirat": 258, "mknodat": 259, "fchownat": 260, "futimesat": 261,
    "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "utimensat": 280,
    "renameat2": 316,
}  # fmt: skip

_AARCH64 = {
    "kill": 129, "shmget": 194, "shmat": 196, "ptrace": 117, "personality": 92, "chroot": 51,
    "mount": 40, "umount2": 39, "setrlimit": 164, "init_module": 105, "tkill": 130, "tgkill": 131, "mq_open": 180,
    "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "rt_sigqueueinfo": 138,
    "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
    "truncate": 45, "setxattr": 5, "lsetxattr": 6, "removexattr": 14, "lremovexattr": 15, "mknodat": 33,
    "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "fchmodat": 53, "fchownat": 54,
    "utimensat": 88, "renameat2": 276,
}  # fmt: skip

FORBIDDEN = {"x86_64": {**_X86_64, **_BOTH}, "aarch64": {**_AARCH64, **_BOTH}}
"""Other processes, other files' names, mounts, keys, kernel modules, and io_uring, which goes around every filter."""

SOCKETS = {
    "x86_64": {"socket": 41, "connect": 42, "bind": 49, "listen": 50, "socketpair": 53},
    "aarch64": {"socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "connect": 203},
}
PROGRAMS = {
    "x86_64": {"execve": 59, "execveat": 322},
    "aarch64": {"execve": 221, "execveat": 281},
}
OPENING = {
    "x86_64": {
        "open": 2, "creat": 85, "openat": 257, "openat2": 437, "name_to_handle_at": 303, "open_by_handle_at": 304,
    },
    "aarch64": {"openat": 56, "openat2": 437, "name_to_handle_at": 264, "open_by_handle_at": 265},
}  # fmt: skip

CLONE = {"x86_64": 56, "aarch64": 220}
"""Threads are let pass, processes are not."""
CLONE3 = 435
"""Its flags lie in memory, where no filter sees them: told to be unknown, upon which libraries call clone."""
PRLIMIT = {"x86_64": 302, "aarch64": 261}
"""Asking for limits is let pass, setting them is not."""
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
