import { z } from "zod";

const Text = z.string().nullish();

/** How a component is used: linked, run as a program, or run as a service (protocol A-52). */
export const IntegrationMode = z.enum(["embedded_lib", "external_process", "external_service"]);

/**
 * One row: the ten columns of the protocol, by their names there. A column may be left out or empty, which is a finding, not an error.
 *
 * `upstream_ref` is a purl: with a version it stands for that version only, without one for all. Any other text (a URL) stands for no component.
 */
export const RegisterRow = z.strictObject({
  component_id: z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, "expected an id such as oss.zod"),
  name: Text,
  upstream_ref: Text,
  /** SPDX expression; for a choice, the posture that was chosen. */
  license: Text,
  integration_mode_default: IntegrationMode.nullish(),
  /** An empty list says that it needs none. */
  capabilities_required: z.array(z.string()).nullish(),
  pinning_policy: Text,
  compliance_notes: Text,
  test_fixture: Text,
  used_by_modules: z.array(z.string()).nullish(),
});
export type RegisterRow = z.infer<typeof RegisterRow>;

/** The OSS register, `supply-gate.register.yaml`: a closed schema. */
export const Register = z.strictObject({
  schemaVersion: z.literal("supply-gate/register-1"),
  components: z.array(RegisterRow),
});
export type Register = z.infer<typeof Register>;
