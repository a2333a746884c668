using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Identity;

/// <summary><c>meshctl ca</c>: the certificate authority, the three steps of a change of roots, and revocation.</summary>
internal static class AuthorityCommand
{
    private const string Path = "/api/v1/ca";

    private static readonly Column[] Roots =
    [
        Column.Of("root", "name"),
        Column.Of("state", "state"),
        Column.Of("certificates", "certificates"),
        new Column("expires", root => JsonText.Relative(JsonText.Of(root, "notAfter"), TimeProvider.System.GetUtcNow())),
        Column.Of("pin", "pin"),
    ];

    private static readonly Column[] Records =
    [
        Column.Of("issued", "at"),
        Column.Of("identity", "identity"),
        Column.Of("workload", "workload"),
        Column.Of("serial", "serial"),
        new Column("expires", record => JsonText.Relative(JsonText.Of(record, "notAfter"), TimeProvider.System.GetUtcNow())),
        Column.Of("asked by", "caller"),
    ];

    public static Command Create(CommandRunner run) =>
        new("ca", "The certificate authority of the mesh.")
        {
            run.Asking("status", "Roots, in the order of the bundle, and what rests on each.", [], (call, cancellationToken) =>
                PrintAsync(call, call.Api.GetAsync(Path, cancellationToken))),
            Step(run, "add-root", "roots", "Step 1 of a change of roots: a new root that everybody believes, and that issues nothing yet."),
            Step(run, "reissue", "reissue", "Step 2: the new root issues, and every workload renews at once."),
            DropRoot(run),
            Revoke(run),
            Reinstate(run),
            run.Asking("log", "Certificates that have not expired, the newest first.", [], async (call, cancellationToken) =>
            {
                call.Printer.List(await call.Api.GetAsync($"{Path}/log", cancellationToken), Records, record => JsonText.Of(record, "serial"));
                return ExitCode.Fine;
            }),
        };

    private static Command Step(CommandRunner run, string name, string resource, string description) =>
        run.Asking(name, description, [], (call, cancellationToken) => PrintAsync(call, call.Api.PostAsync($"{Path}/{resource}", [], cancellationToken)));

    private static Command DropRoot(CommandRunner run)
    {
        var name = new Argument<string?>("name") { Description = "Default: the only root that does not issue.", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Also while certificates rest on it: their holders are refused from then on." };
        return run.Asking("drop-root", "Step 3: the old root is believed no more, once nothing rests on it.", [name, force], (call, cancellationToken) =>
        {
            var body = new JsonObject { ["force"] = call.Arguments.GetValue(force) };
            if (call.Arguments.GetValue(name) is { } root)
            {
                body["name"] = root;
            }

            return PrintAsync(call, call.Api.PostAsync($"{Path}/drop-root", body, cancellationToken));
        });
    }

    private static Command Revoke(CommandRunner run)
    {
        var what = new Argument<string>("serial-or-identity") { Description = "A serial number in hexadecimal, or spiffe://… for all certificates of an identity and all that it asks for." };
        var reason = new Option<string?>("--reason") { Description = "For records." };
        return run.Asking("revoke", "Takes a certificate back, or all of an identity.", [what, reason], (call, cancellationToken) =>
        {
            var text = call.Arguments.GetValue(what)!;
            var body = new JsonObject { [text.StartsWith("spiffe://", StringComparison.Ordinal) ? "identity" : "serial"] = text };
            if (call.Arguments.GetValue(reason) is { } why)
            {
                body["reason"] = why;
            }

            return PrintAsync(call, call.Api.PostAsync($"{Path}/revocations", body, cancellationToken));
        });
    }

    private static Command Reinstate(CommandRunner run)
    {
        var identity = new Argument<string>("identity") { Description = "As spiffe://…" };
        return run.Asking("reinstate", "Lets a revoked identity have certificates again; those that were revoked stay so.", [identity], (call, cancellationToken) =>
            PrintAsync(call, call.Api.PostAsync($"{Path}/reinstatements", new JsonObject { ["identity"] = call.Arguments.GetValue(identity) }, cancellationToken)));
    }

    private static async Task<int> PrintAsync(Call call, Task<JsonObject> asking)
    {
        var status = await asking;
        if (call.Printer.IsForPeople)
        {
            await call.Terminal.Error.WriteLineAsync(
                $"Trust domain {JsonText.Of(status, "trustDomain")}, issued by {JsonText.Of(status, "issuer")}"
                + (JsonText.Of(status, "durable") == "yes" ? "." : "; keys in memory only."));
        }

        call.Printer.List(status, Roots, root => JsonText.Of(root, "name"));
        return ExitCode.Fine;
    }
}
