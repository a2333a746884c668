using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using Mesh.Server.Authorization.Explanation;

namespace Mesh.Cli.Commands.Requests;

/// <summary><c>meshctl authz check</c>: what would become of a request, by the engine that decides about real ones and the policies that the workload has.</summary>
internal static class AuthorizationCommand
{
    public static Command Create(CommandRunner run) =>
        new("authz", "Who may send what.") { Check(run) };

    private static Command Check(CommandRunner run)
    {
        var workload = new Argument<string>("workload") { Description = "The workload that would receive it, by the name of its workload, service or node." };
        var ns = new Option<string>("--namespace", "-n") { Description = "Its namespace.", HelpName = "NAMESPACE", DefaultValueFactory = _ => "default" };
        var request = new RequestOptions();
        return run.Asking("check", "Says whether a request would be let in, and which policy and condition say so; exit code 1 when not.", [workload, ns, .. request.All], async (call, cancellationToken) =>
        {
            var listeners = await InboundQuestion.ListenersAsync(call.Api, call.Arguments.GetValue(ns)!, call.Arguments.GetValue(workload)!, cancellationToken);
            var listener = request.Choose(call.Arguments, listeners["items"]!.AsArray());
            var explanation = InboundQuestion.Explain(listener, request.Question(call.Arguments, listener));
            Print(call, listener, explanation);
            return explanation.IsAllowed ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    private static void Print(Call call, JsonObject listener, AuthorizationExplanation explanation)
    {
        var answer = new JsonObject
        {
            ["apiVersion"] = "mesh.dev/v1",
            ["kind"] = "AuthorizationVerdict",
            ["workload"] = JsonText.Of(listener, "workload"),
            ["port"] = JsonText.Of(listener, "port"),
            ["allowed"] = explanation.IsAllowed,
            ["reason"] = explanation.Reason,
            ["asks"] = new JsonArray([.. explanation.Asks.Select(provider => (JsonNode)provider)]),
            ["items"] = new JsonArray([.. explanation.Verdicts.Select(InboundQuestion.Describe)]),
        };
        if (call.Printer.IsForPeople)
        {
            call.Terminal.Out.WriteLine($"{(explanation.IsAllowed ? "ALLOWED" : "DENIED")}: {explanation.Reason}");
            if (explanation.Asks.Length > 0)
            {
                call.Terminal.Out.WriteLine($"after asking: {string.Join(", ", explanation.Asks)}");
            }

            if (explanation.Verdicts.Length == 0)
            {
                return;
            }
        }

        call.Printer.List(answer, Columns, verdict => JsonText.Of(verdict, "policy"));
    }

    private static Column[] Columns { get; } =
    [
        Column.Of("policy", "policy"),
        Column.Of("action", "action"),
        Column.Of("matches", "matches"),
        Column.Of("dry run", "dryRun"),
        Column.Of("condition not met", "failingCondition"),
    ];
}
