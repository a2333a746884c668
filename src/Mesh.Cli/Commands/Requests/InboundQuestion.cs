using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Explanation;
using Mesh.Cli.Output;
using Mesh.Client.Model;
using Mesh.Server.Authorization.Explanation;

namespace Mesh.Cli.Commands.Requests;

/// <summary>Asks what the receiving workload makes of a request, by the listener that it is served and the engine that decides about real ones.</summary>
internal static class InboundQuestion
{
    /// <summary>The listeners of a workload.</summary>
    public static Task<JsonObject> ListenersAsync(ApiClient api, string ns, string workload, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/v1/namespaces/{Uri.EscapeDataString(ns)}/workloads/{Uri.EscapeDataString(workload)}/inbound", cancellationToken);

    /// <param name="listener">As the API gives it.</param>
    /// <param name="question">The request.</param>
    public static AuthorizationExplanation Explain(JsonObject listener, AuthorizationQuestion question)
    {
        try
        {
            return AuthorizationExplainer.Explain(InboundListenerReader.Read(JsonText.Of(listener, "listener")), question);
        }
        catch (FormatException exception)
        {
            throw new CommandException(exception.Message, ExitCode.Usage, exception);
        }
    }

    /// <summary>One listener's decision as JSON; a connection without mTLS counts where the workload demands it.</summary>
    public static JsonObject Decide(JsonObject listener, AuthorizationQuestion question)
    {
        var port = InboundListenerReader.Read(JsonText.Of(listener, "listener"));
        var explanation = Explain(listener, question);
        var refused = port.PeerAuthentication == PeerAuthenticationMode.Strict && question.Principal is null;
        return new JsonObject
        {
            ["workload"] = JsonText.Of(listener, "workload"),
            ["namespace"] = JsonText.Of(listener, "namespace"),
            ["port"] = JsonText.Of(listener, "port"),
            ["peerAuthentication"] = port.PeerAuthentication.ToString().ToUpperInvariant(),
            ["principal"] = question.Principal,
            ["allowed"] = explanation.IsAllowed && !refused,
            ["reason"] = refused ? "it takes connections with mTLS only (PeerAuthentication STRICT), and this one has none" : explanation.Reason,
            ["asks"] = new JsonArray([.. explanation.Asks.Select(provider => (JsonNode)provider)]),
            ["items"] = new JsonArray([.. explanation.Verdicts.Select(Describe)]),
        };
    }

    public static JsonObject Describe(PolicyVerdict verdict)
    {
        var description = new JsonObject
        {
            ["policy"] = verdict.Policy,
            ["action"] = verdict.Action,
            ["filter"] = verdict.Filter,
            ["dryRun"] = verdict.IsDryRun,
            ["matches"] = verdict.Matches,
            ["failingCondition"] = verdict.FailingCondition,
        };
        if (OriginReference.OfPolicy(verdict.Policy) is { } origin)
        {
            description["origin"] = new JsonObject
            {
                ["group"] = origin.Group,
                ["kind"] = origin.Kind,
                ["namespace"] = origin.Namespace,
                ["name"] = origin.Name,
                ["field"] = origin.Field,
            };
        }

        return description;
    }
}
