using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Checks;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Checks;

/// <summary><c>meshctl check</c>: whether the mesh is as it should be, in linkerd's shape.</summary>
internal static class CheckCommand
{
    private static IEnumerable<CheckCategory> Categories =>
    [
        ServerChecks.Environment, ServerChecks.ControlPlane, ServerChecks.Configuration, IdentityChecks.All, ClientChecks.Connected, ClientChecks.DataPlane, ServerChecks.Security,
    ];

    public static Command Create(CommandRunner run)
    {
        var wait = CommonOptions.Time("--wait", "Keep asking what may still come right for so long: a number and s, m, h or d. Default: ask once.");
        return run.Asking("check", "Whether the mesh is as it should be; exit code 1 when something is wrong, warnings aside. -o short shows only what is not well.", [wait], async (call, cancellationToken) =>
        {
            var report = new CheckReport(call.Terminal, isShort: call.Printer.Format == OutputFormat.Short);
            Action<CheckResult> told = call.Printer.IsForPeople ? report.Tell : static _ => { };
            var patience = LifetimeText.TryParse(call.Arguments.GetValue(wait) ?? "") ?? TimeSpan.Zero;
            var results = await new CheckRun(Context(call), patience, told).RunAsync(Categories, cancellationToken);
            var isWell = results.All(result => result.Word != "error");
            if (call.Printer.IsForPeople)
            {
                report.End(isWell);
            }
            else
            {
                call.Printer.One(Describe(results, isWell), [], _ => isWell ? "success" : "error");
            }

            return isWell ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    /// <summary>For other commands that tell how things are.</summary>
    public static async Task<JsonObject> DescribeAsync(Call call, CancellationToken cancellationToken)
    {
        var results = await new CheckRun(Context(call), TimeSpan.Zero, static _ => { }).RunAsync(Categories, cancellationToken);
        return Describe(results, results.All(result => result.Word != "error"));
    }

    private static CheckContext Context(Call call) => new(call.Api.GetAsync, call.Api.GetTextAsync)
    {
        Server = call.Context.Server,
        HasToken = call.Context.Token is not null,
        OwnVersion = VersionCommand.Own(),
        Time = call.Terminal.Time,
    };

    /// <summary>linkerd's form.</summary>
    private static JsonObject Describe(IReadOnlyList<CheckResult> results, bool isWell) => new()
    {
        ["apiVersion"] = "mesh.dev/v1",
        ["kind"] = "CheckReport",
        ["success"] = isWell,
        ["categories"] = new JsonArray([.. results.GroupBy(result => result.Category, StringComparer.Ordinal).Select(category => (JsonNode)new JsonObject
        {
            ["categoryName"] = category.Key,
            ["checks"] = new JsonArray([.. category.Select(result => (JsonNode)new JsonObject
            {
                ["id"] = result.Check.Id,
                ["description"] = result.Check.Description,
                ["hint"] = result.Problem is null ? null : result.Check.Hint,
                ["error"] = result.Problem,
                ["result"] = result.Word,
            })]),
        })]),
    };
}
