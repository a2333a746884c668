using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Conversion;
using Mesh.ControlPlane.Conversion.Statuses;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;
using static Mesh.ControlPlane.Tests.Conversion.GatewayApiYaml;

namespace Mesh.ControlPlane.Tests.Conversion;

public sealed class StatusWriterTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ResourceId Id = new(ResourceKinds.GatewayApiGroup, "HTTPRoute", "default", "route");

    [Fact]
    public void Apply_ConditionThatStays_KeepsItsTimeAndGetsTheGeneration()
    {
        var first = Apply("""{"metadata":{"generation":1}}""", Parents("True", "Accepted"), Noon);
        var second = Apply(first.Replace("\"generation\":1", "\"generation\":2", StringComparison.Ordinal), Parents("True", "Accepted"), Noon.AddHours(1));
        var third = Apply(second, Parents("False", "NoMatchingParent"), Noon.AddHours(2));

        Assert.Equal(("1", "2026-01-01T12:00:00Z"), Read(first));
        Assert.Equal(("2", "2026-01-01T12:00:00Z"), Read(second));
        Assert.Equal(("2", "2026-01-01T14:00:00Z"), Read(third));
    }

    [Fact]
    public void Apply_SameAgain_WritesNothing()
    {
        var first = Apply("""{"metadata":{"generation":1}}""", Parents("True", "Accepted"), Noon);

        Assert.Null(StatusDocument.Apply(JsonElement.Parse(first), Parents("True", "Accepted"), Noon.AddHours(1)));
        Assert.Null(StatusDocument.Apply(JsonElement.Parse("""{"metadata":{}}"""), new JsonObject { ["parents"] = new JsonArray() }, Noon));
    }

    [Fact]
    public void Apply_EntriesOfOtherControllers_AreLeftAlone()
    {
        const string Others = """{"status":{"parents":[{"parentRef":{"name":"a"},"controllerName":"example.com/other","conditions":[]},{"parentRef":{"name":"gone"},"controllerName":"istio.io/gateway-controller","conditions":[]}],"more":1}}""";

        var status = JsonNode.Parse(Apply(Others, Parents("True", "Accepted"), Noon))!["status"]!;

        Assert.Equal(["example.com/other", "istio.io/gateway-controller"], status["parents"]!.AsArray().Select(parent => (string)parent!["controllerName"]!));
        Assert.Equal("gateway", (string)status["parents"]![1]!["parentRef"]!["name"]!);
        Assert.Equal(1, (int)status["more"]!);
    }

    [Fact]
    public async Task Run_ChangeOfTheConfiguration_IsWrittenAndIsNoChangeForTheMesh()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{To("v1")}}}]"));
        var time = new FakeTimeProvider();
        var effective = mesh.Store.Current.EffectiveVersion;
        await using var writer = new StatusWriter(mesh.Store, _ => mesh.Converted, () => true, Interval, time, NullLogger<StatusWriter>.Instance);

        await WrittenAsync(mesh, time);

        Assert.Equal("Accepted", (string)JsonNode.Parse(mesh.Store.Current.Resources[Id].Document.GetRawText())!["status"]!["parents"]![0]!["conditions"]![0]!["type"]!);
        Assert.Equal(effective, mesh.Store.Current.EffectiveVersion);
    }

    [Fact]
    public async Task Run_ReplicaThatDoesNotLead_WritesOnceItDoes()
    {
        var mesh = new GatewayApiMesh(Backends, HttpGateway, Route($"[{{{To("v1")}}}]"));
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leads = false;
        bool IsLeader()
        {
            asked.TrySetResult();
            return Volatile.Read(ref leads);
        }

        await using var writer = new StatusWriter(mesh.Store, _ => mesh.Converted, IsLeader, Interval, time, NullLogger<StatusWriter>.Instance);
        await PassIntervalAsync(time);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(mesh.Store.Current.Resources[Id].Document.TryGetProperty("status", out _));

        Volatile.Write(ref leads, true);
        await WrittenAsync(mesh, time);
    }

    private static async Task WrittenAsync(GatewayApiMesh mesh, FakeTimeProvider time)
    {
        var before = mesh.Store.Current.Version;
        await PassIntervalAsync(time);
        while (!mesh.Store.Current.Resources[Id].Document.TryGetProperty("status", out _))
        {
            await mesh.Store.History.WaitAsync(before, TestContext.Current.CancellationToken);
            before = mesh.Store.Current.Version;
        }
    }

    private static async Task PassIntervalAsync(FakeTimeProvider time)
    {
        await time.WaitForTimerOfAsync(Interval, TestContext.Current.CancellationToken);
        time.Advance(Interval);
    }

    private static JsonObject Parents(string status, string reason) => new()
    {
        ["parents"] = new JsonArray(new JsonObject
        {
            ["parentRef"] = new JsonObject { ["name"] = "gateway" },
            ["controllerName"] = ConversionNames.IstioController,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Accepted", ["status"] = status, ["reason"] = reason, ["message"] = "" }),
        }),
    };

    private static string Apply(string document, JsonObject status, DateTimeOffset now) => StatusDocument.Apply(JsonElement.Parse(document), status, now)!.Value.GetRawText();

    private static (string Generation, string Time) Read(string document)
    {
        var condition = JsonNode.Parse(document)!["status"]!["parents"]![0]!["conditions"]![0]!;
        return (condition["observedGeneration"]!.ToJsonString(), (string)condition["lastTransitionTime"]!);
    }
}
