using Mesh.Testing;

namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>kubectl's own informers and waits, and the objects that it makes by itself.</summary>
public sealed class WatchAndWaitTests
{
    private const string Held = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: held, finalizers: [example.com/hold]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task GetWatch_WhileObjectsChange_ShowsThem(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.RunAsync("create configmap first");
        await using var watch = mesh.Start("get configmaps -w --output-watch-events");
        await watch.WaitForLineAsync(line => line.StartsWith("ADDED", StringComparison.Ordinal) && line.Contains("first", StringComparison.Ordinal), cancellationToken: Cancellation);

        await mesh.RunAsync("create configmap second --from-literal=a=b");
        await watch.WaitForLineAsync(line => line.StartsWith("ADDED", StringComparison.Ordinal) && line.Contains("second", StringComparison.Ordinal), cancellationToken: Cancellation);
        await mesh.RunAsync("label configmap second x=y");
        await watch.WaitForLineAsync(line => line.StartsWith("MODIFIED", StringComparison.Ordinal), cancellationToken: Cancellation);
        await mesh.RunAsync("delete configmap second");
        await watch.WaitForLineAsync(line => line.StartsWith("DELETED", StringComparison.Ordinal), cancellationToken: Cancellation);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Delete_OfWhatAFinalizerHolds_WaitsUntilItIsGone(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.TryAsync("apply -f -", 0, Held);
        var waiting = mesh.RunAsync("delete configmap held --timeout=30s");
        await Eventually.ReachesAsync("held is marked", async () => await mesh.RunAsync("get configmap held -o jsonpath={.metadata.deletionTimestamp}") != "", cancellationToken: Cancellation);
        await mesh.TryAsync(["patch", "configmap", "held", "--type=merge", "-p", """{"metadata":{"finalizers":null}}"""], code: 0);

        await waiting;
        await mesh.RunAsync("get configmap held", 1);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Wait_ForACondition_EndsWhenTheStatusHasIt(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.RunAsync("create deployment web --image=web:1");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = mesh.Address };

        var waiting = mesh.RunAsync("wait --for=condition=Available deployment/web --timeout=30s");
        using var status = new StringContent("""{"status": {"conditions": [{"type": "Available", "status": "True"}]}}""", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/merge-patch+json"));
        using var answer = await http.PatchAsync(new Uri("/apis/apps/v1/namespaces/default/deployments/web/status", UriKind.Relative), status, Cancellation);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("condition met", await waiting, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Create_OfKubernetesOwnKinds_Works(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        foreach (var command in new[]
        {
            "create ns bank", "create sa teller -n bank", "create configmap c -n bank --from-literal=a=b", "create secret generic s -n bank --from-literal=a=b",
            "create service clusterip ledger -n bank --tcp=80:8080", "create deployment ledger -n bank --image=ledger:1", "expose deployment ledger -n bank --name=exposed --port=80",
            "set image deployment/ledger -n bank ledger=ledger:2",
        })
        {
            await mesh.RunAsync(command);
        }

        Assert.Equal("b", await mesh.RunAsync("get configmap c -n bank -o jsonpath={.data.a}"));
        Assert.Equal("Yg==", await mesh.RunAsync("get secret s -n bank -o jsonpath={.data.a}"));
        Assert.Equal("8080", await mesh.RunAsync("get svc ledger -n bank -o jsonpath={.spec.ports[0].targetPort}"));
        Assert.Equal("ledger:2", await mesh.RunAsync("get deployment ledger -n bank -o jsonpath={.spec.template.spec.containers[0].image}"));
        Assert.Matches(@"ledger\s+ClusterIP\s+<none>\s+<none>\s+80/TCP", await mesh.RunAsync("get svc -n bank"));
        Assert.Contains("ledger", await mesh.RunAsync("get all -n bank"), StringComparison.Ordinal);
        Assert.Contains("Selector:", await mesh.RunAsync("describe svc ledger -n bank"), StringComparison.Ordinal);
        Assert.Contains("yes", await mesh.RunAsync("auth can-i create virtualservices.networking.istio.io -n bank"), StringComparison.Ordinal);
        await mesh.RunAsync("delete ns bank");
    }
}
