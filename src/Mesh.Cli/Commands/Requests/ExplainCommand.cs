using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Commands.Clients;
using Mesh.Cli.Explanation;
using Mesh.Cli.Output;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Protocol.Xds;
using Mesh.Server.Authorization.Explanation;

namespace Mesh.Cli.Commands.Requests;

/// <summary><c>meshctl explain</c>: what would become of a request, by the matchers of the data plane and the resources that its client is served.</summary>
internal static class ExplainCommand
{
    /// <summary>Workloads behind one cluster that are asked; the others have the same policies in all likelihood, and the output says so.</summary>
    private const int AskedWorkloads = 5;

    public static Command Create(CommandRunner run)
    {
        var options = new ExplainOptions();
        return run.Asking(
            "explain",
            "What would become of a request: route, rewrite, cluster, endpoints, timeout, retries, faults and the receiver's decision, each with the resource and line that says so. Exit code 1 when it would not get through.",
            options.All,
            async (call, cancellationToken) =>
            {
                using var request = options.Request(call.Arguments);
                var client = await ClientFinder.FindAsync(call, options.From(call.Arguments), options.Namespace(call.Arguments), cancellationToken);
                var explanation = await ExplainAsync(call, options, client, request, cancellationToken);
                await new OriginLines(call.Api).CompleteAsync(explanation, cancellationToken);
                if (call.Printer.IsForPeople)
                {
                    await ExplanationText.WriteAsync(call.Terminal, explanation);
                }
                else
                {
                    call.Printer.One(explanation, [], item => JsonText.Of(item, "verdict.reason"));
                }

                return JsonText.Of(explanation, "verdict.passes") == "yes" ? ExitCode.Fine : ExitCode.Failure;
            });
    }

    private static async Task<JsonObject> ExplainAsync(Call call, ExplainOptions options, JsonObject client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var authority = RequestAuthority.Read(request);
        await using var configuration = new ClientConfiguration(new ClientResourceSource(call.Api, JsonText.Of(client, "stream")));
        var destination = await configuration.AssembleAsync(authority, cancellationToken);
        var explanation = new JsonObject
        {
            ["apiVersion"] = "mesh.dev/v1",
            ["kind"] = "RequestExplanation",
            ["request"] = new JsonObject { ["method"] = request.Method.Method, ["url"] = request.RequestUri!.AbsoluteUri, ["authority"] = authority.ToString() },
            ["from"] = new JsonObject
            {
                ["client"] = ClientFinder.NameOf(client),
                ["id"] = JsonText.Of(client, "id"),
                ["namespace"] = JsonText.Of(client, "namespace"),
                ["identity"] = client["identity"]?.DeepClone(),
            },
            ["status"] = destination.Status.ToString(),
            ["reason"] = destination.Reason,
            ["refusals"] = new JsonArray([.. configuration.Refusals.Select(refusal => (JsonNode)refusal)]),
        };
        var host = destination.VirtualHost ?? (destination.Connections is { } connections ? OpaqueRequests.VirtualHost(authority, connections) : null);
        explanation["virtualHost"] = host?.Name;
        var outcomes = new JsonArray();
        explanation["outcomes"] = outcomes;
        if (host is not null)
        {
            var origins = new ResourceOrigins(configuration, RoutesOf(configuration, authority));
            var describe = new OutcomeDescription(destination, host, origins, client["identity"] is not null);
            foreach (var outcome in RouteFinder.Find(host, request, options.Claims(call.Arguments)))
            {
                var description = describe.Of(outcome, request);
                await DecideAsync(call, options, client, request.Method.Method, description, cancellationToken);
                outcomes.Add(description);
            }
        }

        explanation["verdict"] = RequestVerdict.Of(explanation);
        return explanation;
    }

    /// <summary>The route configuration that the listener names.</summary>
    private static string? RoutesOf(ClientConfiguration configuration, Authority authority) =>
        configuration.Find(XdsTypeUrl.Listener, authority.ToString()) is { } bytes
            ? Mesh.Client.Xds.Decoders.ListenerDecoder.Decode(Mesh.Protocol.Envoy.Listener.Listener.Parser.ParseFrom(bytes)).Value?.RouteConfigurationName
            : null;

    private static async Task DecideAsync(Call call, ExplainOptions options, JsonObject client, string method, JsonObject outcome, CancellationToken cancellationToken)
    {
        foreach (var cluster in (outcome["clusters"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var decisions = new JsonArray();
            cluster["inbound"] = decisions;
            var targets = cluster["endpoints"]!.AsArray().OfType<JsonObject>()
                .Where(endpoint => JsonText.Of(endpoint, "workload").Length > 0)
                .DistinctBy(endpoint => (JsonText.Of(endpoint, "namespace"), JsonText.Of(endpoint, "workload"), JsonText.Of(endpoint, "mutual")))
                .Take(AskedWorkloads);
            foreach (var endpoint in targets)
            {
                if (await DecideAsync(call, Question(call, options, client, method, cluster, endpoint), endpoint, cancellationToken) is { } decision)
                {
                    decisions.Add(decision);
                }
            }
        }
    }

    private static AuthorizationQuestion Question(Call call, ExplainOptions options, JsonObject client, string method, JsonObject cluster, JsonObject endpoint)
    {
        var path = JsonText.Of(cluster, "path");
        return new AuthorizationQuestion
        {
            // Only a connection with mTLS tells the receiver who calls.
            Principal = options.Principal(call.Arguments) ?? (JsonText.Of(endpoint, "mutual") == "yes" ? client["identity"]?.ToString() : null),
            Method = method,
            Path = path.Split('?')[0],
            Host = JsonText.Of(cluster, "authority"),
            Headers = [.. options.Headers(call.Arguments)],
            Port = int.Parse(JsonText.Of(endpoint, "port"), CultureInfo.InvariantCulture),
            Claims = options.Claims(call.Arguments),
        };
    }

    /// <summary>Null when the endpoint is no connected workload: nothing of the mesh decides there.</summary>
    private static async Task<JsonObject?> DecideAsync(Call call, AuthorizationQuestion question, JsonObject endpoint, CancellationToken cancellationToken)
    {
        JsonObject listeners;
        try
        {
            listeners = await InboundQuestion.ListenersAsync(call.Api, JsonText.Of(endpoint, "namespace"), JsonText.Of(endpoint, "workload"), cancellationToken);
        }
        catch (CommandException exception)
        {
            return new JsonObject { ["workload"] = JsonText.Of(endpoint, "workload"), ["unknown"] = exception.Message };
        }

        var items = listeners["items"]!.AsArray().OfType<JsonObject>().ToArray();
        var listener = items.FirstOrDefault(item => JsonText.Of(item, "port") == JsonText.Of(endpoint, "port")) ?? items.FirstOrDefault();
        return listener is null ? null : InboundQuestion.Decide(listener, question with
        {
            Principal = RequestOptions.Principal(question.Principal, listener),
            Port = int.Parse(JsonText.Of(listener, "port"), CultureInfo.InvariantCulture),
        });
    }
}
