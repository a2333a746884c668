using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.ControlPlane.Tests.Registries;

/// <summary>A Consul agent's catalog as its API documentation describes it: blocking queries by index, ACL tokens, tags, passing checks.</summary>
internal sealed class ConsulAgent : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<JsonObject>> _instances = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _index = 10;
    private volatile HttpStatusCode _failure;

    private ConsulAgent(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Asked of every request; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Path and query of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<ConsulAgent> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var agent = new ConsulAgent(builder.Build());
        agent._app.Run(agent.AnswerAsync);
        await agent._app.StartAsync(TestContext.Current.CancellationToken);
        agent.Address = new Uri(agent._app.Urls.First());
        return agent;
    }

    public void Register(string service, string id, int port, string address = "10.0.0.1", string[]? tags = null, JsonObject? meta = null, bool isPassing = true) => Change(() =>
    {
        var list = _instances.TryGetValue(service, out var found) ? found : _instances[service] = [];
        list.RemoveAll(instance => instance["Service"]!["ID"]!.ToString() == id);
        list.Add(new JsonObject
        {
            ["Node"] = new JsonObject { ["Node"] = "n1", [nameof(Address)] = "10.9.9.9", ["Datacenter"] = "dc1", ["Meta"] = new JsonObject { ["zone"] = "z1" } },
            ["Service"] = new JsonObject
            {
                ["ID"] = id,
                ["Service"] = service,
                [nameof(Address)] = address,
                ["Port"] = port,
                ["Tags"] = new JsonArray([.. (tags ?? []).Select(tag => (JsonNode)tag)]),
                ["Meta"] = meta?.DeepClone() ?? new JsonObject(),
                ["Weights"] = new JsonObject { ["Passing"] = 3, ["Warning"] = 1 },
            },
            ["Checks"] = new JsonArray(new JsonObject { ["Status"] = isPassing ? "passing" : "critical" }),
        });
    });

    public void Deregister(string service) => Change(() => _instances.Remove(service));

    /// <summary>As after the restore of a snapshot: the index counts from lower on.</summary>
    public void ResetIndex(ulong index)
    {
        lock (_lock)
        {
            _index = index - 1;
        }

        Change(static () => { });
    }

    /// <summary>Answers everything with an error, or serves again with 0.</summary>
    public void Fail(HttpStatusCode code)
    {
        _failure = code;
        Change(static () => { });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            change();
            _index++;
            (before, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Requests.Enqueue(http.Request.GetEncodedPathAndQuery());
        if (Token is { } token && http.Request.Headers["X-Consul-Token"] != token)
        {
            http.Response.StatusCode = 403;
            await http.Response.WriteAsync("Permission denied: token lacks permission 'service:read'");
            return;
        }

        var asked = ulong.TryParse(http.Request.Query["index"], out var index) ? index : 0;
        Task changed;
        bool waits;
        lock (_lock)
        {
            (changed, waits) = (_changed.Task, asked > 0 && asked >= _index);
        }

        if (waits)
        {
            var wait = TimeSpan.FromSeconds(int.Parse(http.Request.Query["wait"].ToString().TrimEnd('s')));
            await Task.WhenAny(changed, Task.Delay(wait, TimeProvider.System, http.RequestAborted));
        }

        if (_failure != 0)
        {
            http.Response.StatusCode = (int)_failure;
            await http.Response.WriteAsync("No cluster leader");
            return;
        }

        JsonNode body;
        lock (_lock)
        {
            body = Body(http.Request);
            http.Response.Headers["X-Consul-Index"] = _index.ToString();
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString());
    }

    private JsonNode Body(HttpRequest request)
    {
        if (request.Path == "/v1/catalog/services")
        {
            return new JsonObject(_instances.Select(service => KeyValuePair.Create(
                service.Key,
                (JsonNode?)new JsonArray([.. service.Value.SelectMany(instance => instance["Service"]!["Tags"]!.AsArray()).Select(tag => tag!.ToString()).Distinct().Select(tag => (JsonNode)tag)]))))
            {
                ["consul"] = new JsonArray(),
            };
        }

        var name = request.Path.Value!["/v1/health/service/".Length..];
        return new JsonArray([.. _instances.GetValueOrDefault(name, [])
            .Where(instance => !request.Query.ContainsKey("passing") || instance["Checks"]![0]!["Status"]!.ToString() == "passing")
            .Select(instance => instance.DeepClone())]);
    }
}
