"""The kernel's calls that a locked process may not make, by machine.

Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux 6.10; numbers from 424 on
are the same on all machines.
"""

from __future__ import annotations

_BOTH = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443,
    "memfd_secret": 447, "process_mrelease": 448, "fchmodat2": 452,
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
    "renameat2": 316, "fchmod": 91, "fchown": 93, "fsetxattr": 190, "fremovexattr": 199, "uselib": 134,
    "semget": 64, "semop": 65, "semctl": 66, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "shmctl": 31,
    "semtimedop": 220, "mq_unlink": 241, "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144,
    "sched_setaffinity": 203, "sched_setattr": 314, "ioprio_set": 251, "migrate_pages": 256, "move_pages": 279,
    "inotify_init": 253, "inotify_add_watch": 254, "inotify_init1": 294, "fanotify_init": 300, "fanotify_mark": 301,
    "syslog": 103, "vhangup": 153, "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159, "acct": 163,
    "settimeofday": 164, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171,
    "iopl": 172, "ioperm": 173, "delete_module": 176, "quotactl": 179, "lookup_dcookie": 212, "clock_settime": 227,
    "clock_adjtime": 305, "kexec_file_load": 320,
}  # fmt: skip

_AARCH64 = {
    "kill": 129, "shmget": 194, "shmat": 196, "ptrace": 117, "personality": 92, "chroot": 51,
    "mount": 40, "umount2": 39, "setrlimit": 164, "init_module": 105, "tkill": 130, "tgkill": 131, "mq_open": 180,
    "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "rt_sigqueueinfo": 138,
    "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
    "truncate": 45, "setxattr": 5, "lsetxattr": 6, "removexattr": 14, "lremovexattr": 15, "mknodat": 33,
    "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "fchmodat": 53, "fchownat": 54,
    "utimensat": 88, "renameat2": 276, "fchmod": 52, "fchown": 55, "fsetxattr": 7, "fremovexattr": 16,
    "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189, "semget": 190, "semctl": 191, "semtimedop": 192,
    "semop": 193, "shmctl": 195, "mq_unlink": 181, "setpriority": 140, "sched_setparam": 118,
    "sched_setscheduler": 119, "sched_setaffinity": 122, "sched_setattr": 274, "ioprio_set": 30,
    "migrate_pages": 238, "move_pages": 239, "inotify_init1": 26, "inotify_add_watch": 27, "fanotify_init": 262,
    "fanotify_mark": 263, "syslog": 116, "vhangup": 58, "pivot_root": 41, "adjtimex": 171, "acct": 89,
    "settimeofday": 170, "swapon": 224, "swapoff": 225, "reboot": 142, "sethostname": 161, "setdomainname": 162,
    "delete_module": 106, "quotactl": 60, "lookup_dcookie": 18, "clock_settime": 112, "clock_adjtime": 266,
    "kexec_file_load": 294,
}  # fmt: skip

FORBIDDEN = {"x86_64": {**_X86_64, **_BOTH}, "aarch64": {**_AARCH64, **_BOTH}}
"""Other processes, names and rights of files, what outlives a process, mounts, keys, clocks, kernel modules, and
io_uring, which goes around every filter. Rights and attributes change through files open for reading too."""
NEWEST = 462
"""The last number that these tables were written with: calls that came later are told to be unknown."""

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
FCNTL = {"x86_64": 72, "aarch64": 25}
HARMFUL_FCNTL = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15, "F_SETLEASE": 1024, "F_NOTIFY": 1026}
"""Signals to others when a file is ready, and others kept waiting at one."""
IOCTL = {"x86_64": 16, "aarch64": 29}
HARMLESS_IOCTL = {
    "TCGETS": 0x5401, "TIOCGWINSZ": 0x5413, "FIONREAD": 0x541B, "FIONBIO": 0x5421, "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}  # fmt: skip
"""Asking for the kind of a file, and whether it waits; others change flags of files open for reading."""
PRCTL = {"x86_64": 157, "aarch64": 167}
HARMFUL_PRCTL = {
    "PR_SET_PDEATHSIG": 1, "PR_SET_DUMPABLE": 4, "PR_SET_MM": 35, "PR_SET_CHILD_SUBREAPER": 36,
    "PR_SET_PTRACER": 0x59616D61,
}  # fmt: skip
"""Outliving the parent, being looked into."""
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
