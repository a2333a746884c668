using static Mesh.Cli.Checks.CheckFields;

namespace Mesh.Cli.Checks;

/// <summary>This machine, the control plane, and what it says of its configuration.</summary>
internal static class ServerChecks
{
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(5);
    private static readonly Version OldestRuntime = new(10, 0);

    public static CheckCategory Environment { get; } = new("environment",
    [
        Check.Of("env-runtime", "the .NET runtime is recent enough", _ => System.Environment.Version >= OldestRuntime
            ? CheckOutcome.Fine
            : CheckOutcome.Wrong($"this is .NET {System.Environment.Version}, and the mesh needs {OldestRuntime} or later. Install a newer runtime.")),
        Check.Of("env-server", "the control plane is asked over TLS, or on this machine", context => context.Server.Scheme == Uri.UriSchemeHttps || context.Server.IsLoopback
            ? CheckOutcome.Fine
            : CheckOutcome.Wrong($"{context.Server} is plaintext to another machine: tokens and answers can be read on the way. Use its https address.")) with { IsWarning = true },
    ]);

    public static CheckCategory ControlPlane { get; } = new("control-plane",
    [
        new Check("cp-reachable", "the control plane can be reached", async (context, cancellationToken) =>
        {
            await context.GetTextAsync("/healthz", cancellationToken);
            return CheckOutcome.Fine;
        }) { IsBasis = true, MayComeRight = true },
        new Check("cp-ready", "the control plane is ready", async (context, cancellationToken) =>
            await context.GetTextAsync("/readyz", cancellationToken) is var answer && answer.StartsWith("ready", StringComparison.Ordinal)
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong($"it answers '{answer.Trim()}'. It is starting, stopping, or cannot load its configuration: see its log.")) { MayComeRight = true },
        new Check("cp-token", "the control plane takes our token", async (context, cancellationToken) =>
        {
            await context.GetAsync("/api/v1/status", cancellationToken);
            return CheckOutcome.Fine;
        }) { IsBasis = true },
        new Check("cp-version", "meshctl and the control plane are of one version", async (context, cancellationToken) =>
            Text(await context.GetAsync("/version", cancellationToken), "version") is var version && MinorOf(version) == MinorOf(context.OwnVersion)
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong($"the control plane is {version}, meshctl {context.OwnVersion}. Use the meshctl of the control plane's version.")) { IsWarning = true },
        new Check("cp-clock", "our clock and the control plane's agree", async (context, cancellationToken) =>
        {
            await context.GetAsync("/api/v1/status", cancellationToken);
            return context.ClockSkew.Duration() <= LargestSkew
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong($"they are {context.ClockSkew.Duration().TotalSeconds:0} s apart: certificates and tokens that are good here are not there. Synchronize both clocks (NTP).");
        }),
        new Check("cp-registries", "every registry answers", async (context, cancellationToken) =>
        {
            var registries = (await context.GetAsync("/api/v1/status", cancellationToken))["registries"] as System.Text.Json.Nodes.JsonArray ?? [];
            var away = registries.Where(registry => Text(registry, "state") != "fresh").ToArray();
            return away.Length == 0
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong(string.Join(" ", away.Select(registry => $"{Text(registry, "name")} is {Text(registry, "state")} since {Text(registry, "since")}: {Text(registry, "lastError")}")) + " What it last said stands; make it reachable again.");
        }) { IsWarning = true, MayComeRight = true },
    ])
    { IsBasis = true };

    public static CheckCategory Configuration { get; } = new("configuration",
    [
        new Check("config-accepted", "every file of configuration is accepted", (context, cancellationToken) => FindingsAsync(context, "error", "Correct it: until then its last good version is served.", cancellationToken)) { MayComeRight = true },
        new Check("config-warnings", "nothing in the configuration is doubtful", (context, cancellationToken) => FindingsAsync(context, "warning", "'meshctl analyze' tells more.", cancellationToken)) { IsWarning = true },
        new Check("config-services", "there are services", async (context, cancellationToken) =>
            Text(await context.GetAsync("/api/v1/status", cancellationToken), "services") is "0"
                ? CheckOutcome.Wrong("no service is known. Apply Services or ServiceEntries, or start workloads that register themselves.")
                : CheckOutcome.Fine) { IsWarning = true, MayComeRight = true },
    ]);

    public static CheckCategory Security { get; } = new("security",
    [
        new Check("sec-api-token", "the API asks for a token where others reach it", async (context, cancellationToken) =>
        {
            var status = await context.GetAsync("/api/v1/status", cancellationToken);
            return Flag(status, "loopback") || Flag(status, "asksForTokens")
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong("everybody who reaches the API may change everything. Remove ForceDevelopment from the control plane's settings.");
        }),
        new Check("sec-plaintext-port", "xDS without credentials is off where others share the machine", async (context, cancellationToken) =>
        {
            var status = await context.GetAsync("/api/v1/status", cancellationToken);
            return Flag(status, "loopback") || !Flag(status, "plaintextPort")
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong("every process of that machine may say that it is any workload. Set Plaintext to false once all clients use the TLS port.");
        }) { IsWarning = true },
        new Check("sec-caller", "we are somebody", async (context, cancellationToken) =>
        {
            var caller = await context.GetAsync("/api/v1/whoami", cancellationToken);
            return context.HasToken || Text(caller, "name") != "development" || context.Server.IsLoopback
                ? CheckOutcome.Fine
                : CheckOutcome.Wrong("the API lets us in without a token. 'meshctl api-token create' makes one.");
        }) { IsWarning = true },
    ]);

    private static async Task<CheckOutcome> FindingsAsync(CheckContext context, string severity, string next, CancellationToken cancellationToken) => CheckOutcome.None(
        (await context.ListAsync("/api/v1/findings", cancellationToken))
            .Where(finding => Text(finding, "severity") == severity)
            .Select(finding => string.Join(": ", new[] { Text(finding, "origin"), Text(finding, "subject"), Text(finding, "field"), Text(finding, "message") }.Where(part => part.Length > 0))),
        next);
}
