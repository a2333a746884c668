using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Kubernetes;

/// <summary>A control plane whose Kubernetes is another control plane: its API is a real peer, written apart from the client.</summary>
public sealed class ControlPlaneAsClusterTests : IAsyncLifetime
{
    private const string Rules = "/apis/networking.istio.io/v1/namespaces/default/virtualservices";
    private const string Reviews = "reviews.default.svc.cluster.local";

    private const string Workloads = """
        apiVersion: v1
        kind: Node
        metadata: { name: n1, labels: { topology.kubernetes.io/region: eu, topology.kubernetes.io/zone: eu-1, topology.istio.io/subzone: r7 } }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: reviews-7d5-a, namespace: default, labels: { app: reviews, version: v1, pod-template-hash: 7d5 }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: reviews-7d5, uid: u, controller: true }] }
        spec: { serviceAccountName: reviewer, nodeName: n1, containers: [{ name: c, image: i, ports: [{ name: http, containerPort: 9080 }] }] }
        status: { phase: Running, podIP: 10.1.0.1, conditions: [{ type: Ready, status: "True" }] }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: reviews, namespace: default }
        spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: http }] }
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { name: reviews-x1, namespace: default, labels: { kubernetes.io/service-name: reviews } }
        addressType: IPv4
        ports: [{ name: http, port: 9080, protocol: TCP }]
        endpoints:
        - { addresses: [10.1.0.1], conditions: { ready: true }, nodeName: n1, targetRef: { kind: Pod, name: reviews-7d5-a, namespace: default } }
        - { addresses: [10.1.0.2], conditions: { ready: false } }
        - { addresses: [10.1.0.3], conditions: { ready: false, serving: true, terminating: true } }
        """;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-cluster-");
    private RunningControlPlane _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await RunningControlPlane.StartAsync(configure: options => options.ConfigFolder = null);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Write_ThroughTheSecond_IsInTheFirstWithItsVersion()
    {
        await SendAsync(HttpMethod.Post, _cluster, Rules, Rule("first"));
        await using var mesh = await StartAsync();

        var (code, created) = await SendAsync(HttpMethod.Post, mesh, Rules, Rule("reviews"));
        Assert.Equal(HttpStatusCode.Created, code);
        var original = await GetAsync(_cluster, $"{Rules}/reviews");
        Assert.Equal(original["metadata"]!["uid"]!.ToString(), created["metadata"]!["uid"]!.ToString());
        Assert.Equal(original["metadata"]!["resourceVersion"]!.ToString(), created["metadata"]!["resourceVersion"]!.ToString());

        created["spec"]!["hosts"] = new JsonArray("ratings");
        var (updatedCode, _) = await SendAsync(HttpMethod.Put, mesh, $"{Rules}/reviews", created);
        Assert.Equal(HttpStatusCode.OK, updatedCode);
        Assert.Equal("ratings", (await GetAsync(_cluster, $"{Rules}/reviews"))["spec"]!["hosts"]![0]!.ToString());

        // The version of the first answer is that of the past.
        var (staleCode, _) = await SendAsync(HttpMethod.Put, mesh, $"{Rules}/reviews", created);
        Assert.Equal(HttpStatusCode.Conflict, staleCode);
        var (deletedCode, _) = await SendAsync(HttpMethod.Delete, mesh, $"{Rules}/reviews", null);
        Assert.Equal(HttpStatusCode.OK, deletedCode);
        Assert.Equal("first", Assert.Single((await GetAsync(_cluster, Rules))["items"]!.AsArray())!["metadata"]!["name"]!.ToString());
    }

    [Fact]
    public async Task Write_StatusAlone_GoesToTheStatusAndLeavesTheRest()
    {
        await using var mesh = await StartAsync();
        var (_, created) = await SendAsync(HttpMethod.Post, mesh, Rules, Rule("reviews"));
        created["status"] = new JsonObject { ["validationMessages"] = new JsonArray() };
        created["spec"]!["hosts"] = new JsonArray("not-written");

        await SendAsync(HttpMethod.Put, mesh, $"{Rules}/reviews/status", created);

        var original = await GetAsync(_cluster, $"{Rules}/reviews");
        Assert.NotNull(original["status"]!["validationMessages"]);
        Assert.Equal(("reviews", "1"), (original["spec"]!["hosts"]![0]!.ToString(), original["metadata"]!["generation"]!.ToString()));
    }

    [Fact]
    public async Task Write_FinalizerTakenOff_RemovesTheObjectThere()
    {
        await using var mesh = await StartAsync();
        var rule = Rule("reviews");
        rule["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        await SendAsync(HttpMethod.Post, mesh, Rules, rule);

        await SendAsync(HttpMethod.Delete, mesh, $"{Rules}/reviews", null);
        var held = await GetAsync(mesh, $"{Rules}/reviews");
        Assert.NotNull(held["metadata"]!["deletionTimestamp"]);
        Assert.NotNull((await GetAsync(_cluster, $"{Rules}/reviews"))["metadata"]!["deletionTimestamp"]);

        held["metadata"]!.AsObject().Remove("finalizers");
        await SendAsync(HttpMethod.Put, mesh, $"{Rules}/reviews", held);
        Assert.Empty((await GetAsync(_cluster, Rules))["items"]!.AsArray());
    }

    [Fact]
    public async Task Apply_ThroughTheSecond_LeavesTheOwnersOfFieldsInTheFirst()
    {
        await using var mesh = await StartAsync();
        var path = $"{Rules}/reviews?fieldManager=kubectl";

        var (created, _) = await ApplyAsync(mesh, path, Rule("reviews"));
        var (changed, _) = await ApplyAsync(mesh, path, Rule("reviews", "ratings"));
        var (refused, conflict) = await ApplyAsync(mesh, $"{Rules}/reviews?fieldManager=other", Rule("reviews", "details"));
        var (forced, _) = await ApplyAsync(mesh, $"{Rules}/reviews?fieldManager=other&force=true", Rule("reviews", "details"));

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK], [created, changed, refused, forced]);
        Assert.Contains("conflict with \"kubectl\"", conflict["message"]!.ToString(), StringComparison.Ordinal);
        var original = await GetAsync(_cluster, $"{Rules}/reviews");
        var owners = original["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["operation"]}").Order();
        Assert.Equal(["kubectl Apply", "other Apply"], owners);
        Assert.Equal("details", original["spec"]!["hosts"]![0]!.ToString());
    }

    [Fact]
    public async Task Writes_ThroughTheSecond_MeanWhatTheyMeanInTheFirst()
    {
        await using var mesh = await StartAsync();
        await SendAsync(HttpMethod.Post, mesh, $"{Rules}?fieldManager=people", Rule("reviews"));

        var (again, _) = await SendAsync(HttpMethod.Post, mesh, Rules, Rule("reviews"));
        var (patched, _) = await SendAsync(HttpMethod.Patch, mesh, $"{Rules}/reviews?fieldManager=robot", JsonNode.Parse("""{"metadata":{"labels":{"team":"a"}}}""")!.AsObject(), "application/merge-patch+json");
        var (dry, _) = await SendAsync(HttpMethod.Patch, mesh, $"{Rules}/reviews?dryRun=All", JsonNode.Parse("""{"metadata":{"labels":{"team":"b"}}}""")!.AsObject(), "application/merge-patch+json");
        var (missing, _) = await SendAsync(HttpMethod.Delete, mesh, $"{Rules}/nothing", null);
        var (invalid, _) = await SendAsync(HttpMethod.Patch, mesh, $"{Rules}/reviews", JsonNode.Parse("""{"spec":{"http":[{"route":[{"destination":{"host":""}}]}]}}""")!.AsObject(), "application/merge-patch+json");

        Assert.Equal(
            [HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity], [again, patched, dry, missing, invalid]);
        var original = await GetAsync(_cluster, $"{Rules}/reviews");
        Assert.Equal("a", original["metadata"]!["labels"]!["team"]!.ToString());
        Assert.Equal(["people", "robot"], original["metadata"]!["managedFields"]!.AsArray().Select(entry => entry!["manager"]!.ToString()).Order());
        Assert.Single((await GetAsync(mesh, $"{Rules}?labelSelector=team%3Da"))["items"]!.AsArray());
        Assert.Empty((await GetAsync(mesh, $"{Rules}?labelSelector=team%3Db"))["items"]!.AsArray());
        var (all, _) = await SendAsync(HttpMethod.Delete, mesh, $"{Rules}?labelSelector=team%3Da", null);
        Assert.Equal(HttpStatusCode.OK, all);
        Assert.Empty((await GetAsync(_cluster, Rules))["items"]!.AsArray());
    }

    [Fact]
    public async Task Watch_WriteInTheFirst_IsInTheSecond()
    {
        await using var mesh = await StartAsync();

        await SendAsync(HttpMethod.Post, _cluster, Rules, Rule("reviews"));
        await ReachesAsync("the rule is there", () => mesh.State.Store.Current.Resources.Keys.Any(id => id.Name == "reviews"));
        await SendAsync(HttpMethod.Delete, _cluster, $"{Rules}/reviews", null);
        await ReachesAsync("the rule is gone", () => mesh.State.Store.Current.Resources.Keys.All(id => id.Name != "reviews"));
    }

    [Fact]
    public async Task Registry_SlicesPodsAndNodes_BecomeEndpointsWithTheirPlaces()
    {
        await ApplyAsync(Workloads);
        await using var mesh = await StartAsync(store: false);

        var endpoints = mesh.State.Source.Current.Registry.Endpoints[Reviews];

        var (ready, draining) = (endpoints.Single(endpoint => endpoint.Address == "10.1.0.1"), endpoints.Single(endpoint => endpoint.Address == "10.1.0.3"));
        Assert.Equal((9080, "eu/eu-1/r7", "reviewer", "reviews", "v1", EndpointState.Ready), (ready.Port, ready.Locality, ready.ServiceAccount, ready.WorkloadName, ready.Labels["version"], ready.State));
        Assert.Equal(EndpointState.Draining, draining.State);
        Assert.Equal(EndpointState.NotReady, endpoints.Single(endpoint => endpoint.Address == "10.1.0.2").State);
        Assert.Equal([80], mesh.State.Source.Current.Registry.Services[Reviews].Ports.Select(port => port.Number));
    }

    [Fact]
    public async Task Registry_OfTheStoresOwnCluster_CountsEveryEndpointOnce()
    {
        await ApplyAsync(Workloads);
        await using var mesh = await StartAsync();

        Assert.Equal(3, mesh.State.Source.Current.Registry.Endpoints[Reviews].Length);
        Assert.Contains("\"kubernetes\"", await mesh.GetAsync("/debug/registryz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B10_ClusterGone_ServesItsLastStateMarkedStaleAndRefusesWrites()
    {
        await ApplyAsync(Workloads);
        await using var mesh = await StartAsync();
        mesh.Logs.Expect("KubernetesStale").Expect("RegistryStale");

        await _cluster.StopAsync();
        await ReachesAsync("stale", () => mesh.State.Registries.All[0].State.Freshness == Freshness.Stale);

        Assert.Equal(3, mesh.State.Source.Current.Registry.Endpoints[Reviews].Length);
        Assert.StartsWith("ready\nstale: kubernetes", await mesh.GetAsync("/readyz"), StringComparison.Ordinal);
        Assert.Contains("mesh_registry_stale{registry=\"kubernetes\"} 1", await mesh.GetAsync("/metrics"), StringComparison.Ordinal);
        var (code, body) = await SendAsync(HttpMethod.Post, mesh, Rules, Rule("reviews"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Contains("is away", body["message"]!.ToString(), StringComparison.Ordinal);
    }

    private Task<RunningControlPlane> StartAsync(bool store = true)
    {
        var kubeconfig = Path.Combine(_folder.FullName, $"config-{Guid.NewGuid():N}");
        File.WriteAllText(kubeconfig, $$"""
            current-context: c
            contexts: [{ name: c, context: { cluster: k } }]
            clusters: [{ name: k, cluster: { server: "{{_cluster.HttpAddress}}" } }]
            """);
        return RunningControlPlane.StartAsync(configure: options =>
        {
            options.ConfigFolder = null;
            if (store)
            {
                options.Store = ControlPlaneStore.Kubernetes;
                options.Kubernetes.Kubeconfig = kubeconfig;
            }
            else
            {
                options.Registries.Kubernetes["k"] = new MeshKubernetesOptions { Kubeconfig = kubeconfig };
            }
        });
    }

    private async Task ApplyAsync(string yaml)
    {
        var read = _cluster.State.Reader.Read(yaml, "test");
        Assert.Empty(read.Errors);
        foreach (var resource in read.Resources)
        {
            await _cluster.State.Store.WriteAsync(new Mesh.Config.Stores.ResourceWrite(resource.Id, resource, null), TestContext.Current.CancellationToken);
        }
    }

    private static JsonObject Rule(string name, string? host = null) => JsonNode.Parse($$$"""
        {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"{{{name}}}","namespace":"default"},
         "spec":{"hosts":["{{{host ?? name}}}"],"http":[{"route":[{"destination":{"host":"{{{name}}}"}}]}]}}
        """)!.AsObject();

    private Task<(HttpStatusCode Code, JsonObject Body)> ApplyAsync(RunningControlPlane server, string path, JsonObject body) => SendAsync(HttpMethod.Patch, server, path, body, "application/apply-patch+yaml");

    private async Task<JsonObject> GetAsync(RunningControlPlane server, string path) => JsonNode.Parse(await server.GetAsync(path))!.AsObject();

    private async Task<(HttpStatusCode Code, JsonObject Body)> SendAsync(HttpMethod method, RunningControlPlane server, string path, JsonObject? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(server.HttpAddress, path)) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, type) };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }

    private static Task ReachesAsync(string what, Func<bool> reached) => Eventually.ReachesAsync(what, reached, cancellationToken: TestContext.Current.CancellationToken);
}
