using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Kubernetes.Configuration;
using Mesh.ControlPlane.Kubernetes.Connection;
using Mesh.ControlPlane.Kubernetes.Mirror;
using Mesh.ControlPlane.Kubernetes.Watching;
using Mesh.Testing;
using Mesh.Testing.Logging;
using static Mesh.ControlPlane.Tests.Kubernetes.ScriptedApiServer;

namespace Mesh.ControlPlane.Tests.Kubernetes;

public sealed class MirrorTests : IAsyncLifetime
{
    private readonly LogCollector _logs = new LogCollector().Expect("KubernetesStale").Expect("KubernetesKindsAbsent").Expect("KubernetesObjectUnreadable");
    private ScriptedApiServer _server = null!;
    private KubernetesMirror _mirror = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        _mirror = new KubernetesMirror(
            new KubernetesClient(new KubernetesAccess(_server.Address), TimeProvider.System),
            [new WatchedKind(ResourceKinds.VirtualService), new WatchedKind(ResourceKinds.DestinationRule)],
            keepsOwners: false,
            TimeProvider.System,
            new Random(3),
            _logs.CreateLogger("mirror"));
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.DisposeAsync();
        await _server.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task Loaded_ListInPages_HasAllWithTheServersVersionsAndTellsOfAbsentKinds()
    {
        _server.PageSize = 2;
        _server.Objects = [Object("a", "7"), Object("b", "90"), Object("c", "12"), Object("d", "13"), Object("e", "14")];

        await LoadAsync();

        Assert.Equal([("a", 7L), ("b", 90), ("c", 12), ("d", 13), ("e", 14)], _mirror.History.Current.Resources.Values.Select(resource => (resource.Id.Name, resource.ResourceVersion)).Order());
        Assert.Equal(90, _mirror.History.Current.Version);
        Assert.Equal(["destinationrules.networking.istio.io (not installed)"], _mirror.Absent);
        Assert.Equal("v1beta1", _mirror.History.Current.Resources.Values.First().ApiVersion);
        Assert.Equal(2, _server.Requests.Count(request => request.Contains("continue=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Watch_Events_AreChangesWithGrowingVersions()
    {
        _server.Objects = [Object("a", "100")];
        await LoadAsync();

        _server.Send("ADDED", Object("b", "101"));
        _server.Send("MODIFIED", Object("a", "102", "ratings"));
        _server.Send("DELETED", Object("b", "103"));
        await ReachesAsync("a changed and b gone", () => _mirror.History.Current.Version == 103);

        var only = Assert.Single(_mirror.History.Current.Resources.Values);
        Assert.Equal("ratings", ((VirtualService)only.Spec!).Hosts[0]);
        Assert.True(_mirror.History.TryGetChanges(100, out var changes));
        Assert.Equal([101L, 102, 103], changes.Select(change => change.Version));
    }

    [Fact]
    public async Task Watch_Ends_GoesOnFromTheLastBookmarkWithoutAList()
    {
        await LoadAsync();
        _server.Bookmark("250");
        _server.EndWatch();

        await ReachesAsync("a watch from 250", () => _server.Requests.Any(request => request.Contains("watch=true", StringComparison.Ordinal) && request.Contains("resourceVersion=250", StringComparison.Ordinal)));

        Assert.Single(_server.Requests, request => !request.Contains("watch=true", StringComparison.Ordinal));
        Assert.All(_server.Requests.Where(request => request.Contains("watch=true", StringComparison.Ordinal)), request => Assert.Contains("allowWatchBookmarks=true", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_410_ListsAnewAndChangesOnlyWhatDiffers()
    {
        _server.Objects = [Object("a", "100"), Object("b", "101")];
        await LoadAsync();
        var untouched = _mirror.History.Current.Resources.Values.Single(resource => resource.Id.Name == "a");

        _server.Objects = [Object("a", "100"), Object("c", "300")];
        _server.ListVersion = "300";
        _server.Gone();
        await ReachesAsync("b gone, c there", () => _mirror.History.Current.Resources.Values.Select(resource => resource.Id.Name).Order().SequenceEqual(["a", "c"]));

        Assert.Same(untouched, _mirror.History.Current.Resources[untouched.Id]);
        Assert.True(_mirror.History.TryGetChanges(101, out var changes));
        Assert.Equal(["b", "c"], changes.Select(change => change.Id.Name));
    }

    [Fact]
    public async Task Watch_ServerRestoredToThePast_VersionsStillGrow()
    {
        _server.Objects = [Object("a", "100")];
        await LoadAsync();

        _server.Objects = [Object("a", "5", "ratings")];
        _server.ListVersion = "5";
        _server.Gone();
        await ReachesAsync("a of the past", () => _mirror.History.Current.Version == 101);

        Assert.Equal("5", _mirror.Versions.Of(_mirror.History.Current.Resources.Keys.Single()));
    }

    [Fact]
    public async Task B10_ServerAnswersErrors_KeepsWhatWasReadAndTriesAgain()
    {
        _server.Objects = [Object("a", "100")];
        await LoadAsync();

        _server.ListErrors.Enqueue((503, 0));
        _server.ListErrors.Enqueue((429, 1));
        _server.Gone();
        await ReachesAsync("trouble", () => _mirror.Failure is not null);
        Assert.Single(_mirror.History.Current.Resources);

        await ReachesAsync("the server is followed again", () => _mirror.Failure is null);
        _server.Send("ADDED", Object("b", "101"));
        await ReachesAsync("b", () => _mirror.History.Current.Resources.Count == 2);
    }

    [Fact]
    public async Task Loaded_FieldsOfALaterIstio_AreKeptAndNotJudged()
    {
        _server.Objects = [Object("a", "100", extra: ",\"fieldOfTomorrow\":1")];

        await LoadAsync();

        var resource = Assert.Single(_mirror.History.Current.Resources.Values);
        Assert.Equal("reviews", ((VirtualService)resource.Spec!).Hosts[0]);
        Assert.Contains("fieldOfTomorrow", resource.Document.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("resourceVersion", resource.Document.GetRawText(), StringComparison.Ordinal);
    }

    private Task LoadAsync()
    {
        _mirror.Start();
        return _mirror.Loaded.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static Task ReachesAsync(string what, Func<bool> reached) => Eventually.ReachesAsync(what, reached, cancellationToken: TestContext.Current.CancellationToken);
}
