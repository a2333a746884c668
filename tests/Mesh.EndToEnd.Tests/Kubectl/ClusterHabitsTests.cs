namespace Mesh.EndToEnd.Tests.Kubectl;

/// <summary>Commands that people know from clusters, beyond those of every day.</summary>
public sealed class ClusterHabitsTests
{
    private const string Route = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews, labels: {team: a}}
        spec:
          hosts: [reviews]
          http: [{route: [{destination: {host: reviews}}]}]
        """;

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Prune_WithKubectlsOwnKinds_TakesAwayWhatIsNoLongerInTheFile(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        var both = mesh.Write("both.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {team: a}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, labels: {team: a}}\n");
        var one = mesh.Write("one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {team: a}}\n");
        await mesh.RunAsync($"apply -f {both}");

        var pruned = await mesh.RunAsync($"apply -f {one} --prune -l team=a");

        Assert.Contains("configmap/b pruned", pruned, StringComparison.Ordinal);
        Assert.Equal("configmap/a\n", await mesh.RunAsync("get configmaps -o name"));
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Create_OfKindsThatTheMeshDoesNotRun_Works(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        foreach (var command in new[]
        {
            "create role reader --verb=get --resource=pods", "create rolebinding readers --role=reader --user=me", "create clusterrole all --verb=get --resource=pods",
            "create job once --image=x", "create cronjob often --image=x --schedule=@daily", "create poddisruptionbudget budget --selector=app=x --min-available=1",
            "create quota pods --hard=pods=3",
        })
        {
            await mesh.RunAsync(command);
        }

        Assert.Equal("1", await mesh.RunAsync("get pdb budget -o jsonpath={.spec.minAvailable}"));
        Assert.Equal("@daily x", await mesh.RunAsync("get cronjob often -o jsonpath={.spec.schedule}{\"\\x20\"}{.spec.jobTemplate.spec.template.spec.containers[0].image}"));
        Assert.Equal("reader", await mesh.RunAsync("get rolebinding readers -o jsonpath={.roleRef.name}"));
        Assert.Equal("3", await mesh.RunAsync("get resourcequota pods -o jsonpath={.spec.hard.pods}"));
    }

    [Theory]
    [ClassData(typeof(KubectlVersions))]
    public async Task Questions_AboutTheServerAndOneself_AreAnswered(string kubectl)
    {
        await using var mesh = await KubectlMesh.StartAsync(kubectl);
        await mesh.TryAsync("apply -f -", 0, Route);
        await mesh.RunAsync("create namespace bank");

        if ((await mesh.TryAsync("auth --help")).Output.Contains("whoami", StringComparison.Ordinal))
        {
            Assert.Contains("Username", await mesh.RunAsync("auth whoami"), StringComparison.Ordinal);
            await mesh.RunAsync("wait --for=jsonpath={.status.phase}=Active namespace/bank --timeout=30s");
            await mesh.RunAsync("wait --for=jsonpath={.spec.hosts[0]}=reviews vs/reviews --timeout=30s");
        }

        Assert.Contains("yes", await mesh.RunAsync("auth can-i create virtualservices.networking.istio.io"), StringComparison.Ordinal);
        Assert.Matches(@"configmaps .*\[get list watch create update patch delete deletecollection\]", await mesh.RunAsync("auth can-i --list"));
        Assert.Equal("ok", (await mesh.RunAsync("get --raw /livez")).Trim());
        Assert.Contains("virtualservices.networking.istio.io", await mesh.RunAsync("get crd -o name"), StringComparison.Ordinal);
        Assert.Contains("match\t", await mesh.RunAsync("explain virtualservice --recursive"), StringComparison.Ordinal);
        Assert.Equal("reviews\n", await mesh.RunAsync("get vs --no-headers -o custom-columns=N:.metadata.name"));
        Assert.Contains("apiVersion: networking.istio.io/v1", (await mesh.TryAsync("create -n bank -f - --dry-run=server -o yaml", 0, Route)).Output, StringComparison.Ordinal);
        Assert.Equal("", await mesh.RunAsync("get vs -n bank -o name"));
        await mesh.RunAsync("delete vs,configmaps --all");
        Assert.Equal("", await mesh.RunAsync("get vs -A -o name"));
    }
}
