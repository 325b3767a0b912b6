// The filter of system calls for isolated processes, as the program that the kernel runs for each call (seccomp): calls
// that no service needs, because they reach out of its name spaces or have been ways into the kernel, fail with EPERM.

import { constants, endianness } from "node:os";

/** Numbers of the calls by architecture, in the kernel's order of architectures. */
interface Architecture {
  /** AUDIT_ARCH_… of the kernel. */
  audit: number;
  calls: Record<DeniedCall, number>;
}

type DeniedCall = (typeof DENIED)[number];

const DENIED = [
  "listen",
  "ptrace",
  "process_vm_readv",
  "process_vm_writev",
  "kexec_load",
  "init_module",
  "finit_module",
  "delete_module",
  "mount",
  "umount2",
  "pivot_root",
  "chroot",
  "unshare",
  "setns",
  "swapon",
  "reboot",
  "bpf",
  "perf_event_open",
  "userfaultfd",
  "keyctl",
  "add_key",
  "request_key",
  "io_uring_setup",
  "open_by_handle_at",
] as const;

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    calls: {
      ...{ listen: 50, ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kexec_load: 246 },
      ...{ init_module: 175, finit_module: 313, delete_module: 176, mount: 165, umount2: 166, pivot_root: 155 },
      ...{ chroot: 161, unshare: 272, setns: 308, swapon: 167, reboot: 169, bpf: 321, perf_event_open: 298 },
      ...{ userfaultfd: 323, keyctl: 250, add_key: 248, request_key: 249, io_uring_setup: 425, open_by_handle_at: 304 },
    },
  },
  arm64: {
    audit: 0xc00000b7,
    calls: {
      ...{ listen: 201, ptrace: 117, process_vm_readv: 270, process_vm_writev: 271, kexec_load: 104 },
      ...{ init_module: 105, finit_module: 273, delete_module: 106, mount: 40, umount2: 39, pivot_root: 41 },
      ...{ chroot: 51, unshare: 97, setns: 268, swapon: 224, reboot: 142, bpf: 280, perf_event_open: 241 },
      ...{ userfaultfd: 282, keyctl: 219, add_key: 217, request_key: 218, io_uring_setup: 425, open_by_handle_at: 265 },
    },
  },
};

/** Instructions of the classic Berkeley packet filter. */
const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;

/** Offsets in what the kernel tells about a call (struct seccomp_data). */
const NUMBER_OFFSET = 0;
const ARCHITECTURE_OFFSET = 4;

const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

/** Calls of the second ABI of x86-64 (x32) begin here. They are denied: their numbers would pass the list. */
const X32_CALLS = 0x40000000;

/** The filter for `architecture`; null where its calls are not known. */
export function systemCallFilter(
  architecture: NodeJS.Architecture,
  { mayListen }: { mayListen: boolean },
): Buffer | null {
  const known = ARCHITECTURES[architecture];
  if (!known) return null;
  const denied = DENIED.filter((call) => !(mayListen && call === "listen")).map((call) => known.calls[call]);
  const deny = FAIL | constants.errno.EPERM;
  const instructions: [code: number, whenTrue: number, whenFalse: number, value: number][] = [
    [LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET],
    // Calls of another architecture have other numbers.
    [JUMP_IF_EQUAL, 1, 0, known.audit],
    [RETURN, 0, 0, deny],
    [LOAD_WORD, 0, 0, NUMBER_OFFSET],
    [JUMP_IF_AT_LEAST, denied.length + 1, 0, X32_CALLS],
    ...denied.map(
      (number, index) => [JUMP_IF_EQUAL, denied.length - index, 0, number] as [number, number, number, number],
    ),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, deny],
  ];
  const program = Buffer.alloc(instructions.length * 8);
  const isLittle = endianness() === "LE";
  instructions.forEach(([code, whenTrue, whenFalse, value], index) => {
    const at = index * 8;
    if (isLittle) program.writeUInt16LE(code, at);
    else program.writeUInt16BE(code, at);
    program.writeUInt8(whenTrue, at + 2);
    program.writeUInt8(whenFalse, at + 3);
    if (isLittle) program.writeUInt32LE(value >>> 0, at + 4);
    else program.writeUInt32BE(value >>> 0, at + 4);
  });
  return program;
}
