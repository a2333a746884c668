using System.Text.Json;
using Mesh.Config;
using Mesh.ControlPlane.Analysis;
using Mesh.ControlPlane.Stores;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Analysis;

public sealed class ContinuousAnalysisTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly ResourceId Reviews = new(ResourceKinds.VirtualService.Group, "VirtualService", "default", "reviews");

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryConfigStore _store;
    private ContinuousAnalysis? _analysis;

    public ContinuousAnalysisTests()
    {
        _store = new MemoryConfigStore(_time);
        _store.Apply("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews, namespace: default}
            spec: {hosts: [reviews.example.com], http: [{route: [{destination: {host: reviews}}]}]}
            """);
    }

    public ValueTask DisposeAsync() => _analysis?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Change_OfTheConfiguration_IsAnalyzedIntoTheStatusAsIstiodWritesIt()
    {
        Start(() => true);

        await ChangedAsync();

        var message = Assert.Single(Messages().EnumerateArray());
        Assert.Equal(
            """{"type":{"code":"IST0101"},"level":"ERROR","documentationUrl":"https://istio.io/latest/docs/reference/config/analysis/ist0101/"}""",
            message.GetRawText());
        Assert.Equal("reviews", Current().Document.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Status_Written_IsNoChangeForTheMesh()
    {
        var before = _store.Current.EffectiveVersion;
        Start(() => true);

        await ChangedAsync();

        Assert.Equal(before, _store.Current.EffectiveVersion);
        Assert.True(_store.Current.Version > before);
    }

    [Fact]
    public async Task Fault_Repaired_LeavesTheStatus()
    {
        Start(() => true);
        await ChangedAsync();
        _store.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: reviews, namespace: default}
            spec: {ports: [{name: http, port: 80}]}
            """);

        await ChangedAsync();

        Assert.False(Current().Document.TryGetProperty("status", out _));
    }

    [Fact]
    public async Task Replica_ThatComesToLead_AnalyzesWhatIsThere()
    {
        var isLeader = false;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Start(() =>
        {
            asked.TrySetResult();
            return isLeader;
        });
        await PassIntervalAsync();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.False(Current().Document.TryGetProperty("status", out _));
        isLeader = true;
        await ChangedAsync();

        Assert.Equal(1, Messages().GetArrayLength());
    }

    [Fact]
    public void Apply_OtherFieldsOfTheStatus_AreKept()
    {
        var document = JsonElement.Parse("""{"kind":"Gateway","status":{"conditions":[],"validationMessages":[{"level":"INFO"}]}}""");

        var next = ValidationStatus.Apply(document, [])!.Value;

        Assert.Equal("""{"kind":"Gateway","status":{"conditions":[]}}""", next.GetRawText());
        Assert.Null(ValidationStatus.Apply(next, []));
    }

    private void Start(Func<bool> isLeader) =>
        _analysis = new ContinuousAnalysis(_store, isLeader, Interval, _time, NullLogger<ContinuousAnalysis>.Instance);

    private Resource Current() => _store.Current.Resources[Reviews];

    private JsonElement Messages() => Current().Document.GetProperty("status").GetProperty("validationMessages");

    private async Task ChangedAsync()
    {
        var change = _store.History.WaitAsync(_store.Current.Version, TestContext.Current.CancellationToken);
        await PassIntervalAsync();
        await change;
    }

    private async Task PassIntervalAsync()
    {
        await _time.WaitForTimerOfAsync(Interval, TestContext.Current.CancellationToken);
        _time.Advance(Interval);
    }
}
