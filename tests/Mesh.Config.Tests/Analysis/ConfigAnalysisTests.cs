using Mesh.Config.Analysis;

namespace Mesh.Config.Tests.Analysis;

/// <summary>What holds for every analyzer: what takes part, in which order messages come, and what silences them.</summary>
public sealed class ConfigAnalysisTests
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: NS}\nspec: {ports: [{name: web, port: 80}]}\n---\n";

    [Fact]
    public void Run_TwiceOverShuffledTexts_GivesTheSameMessagesInTheSameOrder()
    {
        string[] texts = [.. Enumerable.Range(0, 20).Select(number => Of($"s{number:00}", number % 2 == 0 ? "a" : "b"))];

        var forth = Run(string.Concat(texts));
        var back = Run(string.Concat(texts.Reverse()));

        Assert.Equal(20, forth.Length);
        Assert.Equal(forth.Select(message => (message.Origin, message.Text)), back.Select(message => (message.Origin, message.Text)));
        Assert.Equal(forth.Select(message => message.Resource.Name).Order(StringComparer.Ordinal), forth.Select(message => message.Resource.Name));
    }

    [Fact]
    public void Run_AllLevels_PutsTheWorstFirst()
    {
        var messages = Run(Of("a", "default") + "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: default}\nspec: {host: nobody, subsets: [{name: v1, labels: {a: b}}]}\n---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: r, namespace: default}\nspec: {hosts: [x], http: [{route: [{destination: {host: nobody}}]}]}\n");

        Assert.Equal(messages.Select(message => message.Kind.Level).OrderDescending(), messages.Select(message => message.Kind.Level));
        Assert.Equal([MessageLevel.Error, MessageLevel.Warning, MessageLevel.Info], messages.Select(message => message.Kind.Level).Distinct());
    }

    [Theory]
    [InlineData("IST0118", true)]
    [InlineData("IST0101, IST0118", true)]
    [InlineData("'*'", true)]
    [InlineData("IST0101", false)]
    public void Run_AnnotatedResource_IsSilenced(string codes, bool isSilent)
    {
        var text = Of("a", "default").Replace("namespace: default", $"namespace: default, annotations: {{galley.istio.io/analyze-suppress: \"{codes.Trim('\'')}\"}}", StringComparison.Ordinal);

        Assert.Equal(isSilent, Run(text).Length == 0);
    }

    [Theory]
    [InlineData("IST0118=Service a.default", true)]
    [InlineData("IST0118=Service default/a", true)]
    [InlineData("IST0118=Service *.default", true)]
    [InlineData("IST0118=*", true)]
    [InlineData("IST0118=Pod a.default", false)]
    [InlineData("IST0101=*", false)]
    public void Run_Suppression_SilencesWhatItNames(string suppression, bool isSilent) =>
        Assert.Equal(isSilent, Run(Of("a", "default"), new AnalysisOptions { Suppressions = [Suppression.Parse(suppression)!] }).Length == 0);

    [Theory]
    [InlineData("IST0118")]
    [InlineData("=Pod a")]
    [InlineData("IST0118=")]
    [InlineData("a=b=c")]
    public void Parse_NoSuppression_IsNull(string text) => Assert.Null(Suppression.Parse(text));

    [Fact]
    public void Run_OneNamespace_LeavesTheOthersOut()
    {
        var messages = Run(Of("a", "one") + Of("b", "two"), new AnalysisOptions { Namespace = "two" });

        Assert.Equal("Service two/b", Assert.Single(messages).Origin);
    }

    [Fact]
    public void Run_ResourceThatComesTwice_CountsOnceAndTheLaterWins() =>
        Assert.Empty(Run(Of("a", "default") + Of("a", "default").Replace("name: web", "name: http", StringComparison.Ordinal)));

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("local-path-storage")]
    public void Run_NamespaceOfTheSystem_IsLeftAlone(string ns) => Assert.Empty(Run(Of("a", ns)));

    [Fact]
    public void AddText_List_IsItsItems()
    {
        var messages = Run("""{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "n"}, "spec": {"ports": [{"name": "web", "port": 1}]}}]}""");

        Assert.Equal("Service n/a", Assert.Single(messages).Origin);
    }

    [Fact]
    public void AddText_UnknownKindAndInvalidResource_TakePart()
    {
        var reader = new AnalysisReader();
        reader.AddText("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n---\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: default}\nspec: {nonsense: 1, selector: {a: b}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.b]}]}\n---\nkind: [\n", "a.yaml");
        var snapshot = reader.ToSnapshot(addsIngress: false);

        Assert.Equal(["Thing a", "Gateway default/g"], snapshot.Resources.Select(resource => resource.FriendlyName));
        Assert.Single(reader.Unreadable);
        var messages = ConfigAnalysis.Run(snapshot, new AnalysisOptions(), TestContext.Current.CancellationToken);
        Assert.Contains(messages, message => message.Kind.Code == "IST0106" && message.Text.Contains("nonsense", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Text == "Referenced selector not found: \"a=b\"");
    }

    [Fact]
    public void Catalogue_HasOneOfEachCodeAndName()
    {
        Assert.Equal(68, Messages.All.Count());
        Assert.Equal(Messages.All.Count(), Messages.All.Select(kind => kind.Code).Distinct().Count());
        Assert.Equal(AnalyzerCatalog.All.Length, AnalyzerCatalog.All.Select(analyzer => analyzer.Name).Distinct().Count());
        Assert.All(AnalyzerCatalog.All, analyzer => Assert.Same(analyzer, AnalyzerCatalog.Find(analyzer.Name)));
        Assert.Same(Messages.ReferencedResourceNotFound, Messages.Find("IST0101"));
    }

    [Theory]
    [InlineData("maturity.AlphaAnalyzer", "annotations.AlphaAnalyzer")]
    [InlineData("serviceentry.ProtocolAddressesAnalyzer", "serviceentry.Analyzer")]
    [InlineData("schemaValidation.CollectionValidationAnalyzer(collections.Sidecar)", "schema.ValidationAnalyzer.Sidecar")]
    public void Find_NameOfTheGoType_IsTheAnalyzer(string alias, string name) => Assert.Equal(name, AnalyzerCatalog.Find(alias)?.Name);

    /// <summary>Whatever stands where, an analyzer answers: texts are the users' own.</summary>
    [Fact]
    public void Run_FieldsOfAnyShape_NeverFails()
    {
        string[] fields = ["metadata", "spec", "data", "status", "webhooks", "labels", "annotations", "selector", "template", "containers", "ports", "port", "hosts", "http", "route", "tls", "servers", "host", "subsets", "rules", "from", "conditions", "namespace"];
        string[] values = ["null", "[]", "{}", "[null]", "[[]]", "x", "7", "-1.5", "true", "{x: [1, {}]}", "[{}]", "[x, 1]", "''"];
        KindName[] kinds = [.. ResourceKinds.All.Select(kind => (KindName)kind), KindNames.Pod, KindNames.Namespace, KindNames.Node, KindNames.Deployment, KindNames.MutatingWebhook, KindNames.CustomResourceDefinition];
        var random = new Random(20_261_121);
        for (var round = 0; round < 150; round++)
        {
            var kind = kinds[random.Next(kinds.Length)];
            var text = $"apiVersion: {(kind.Group.Length == 0 ? "v1" : kind.Group + "/v1")}\nkind: {kind.Kind}\nmetadata: {{name: a{round}, namespace: default}}\nspec: {Value(3)}\ndata: {Value(2)}\nstatus: {Value(2)}\nwebhooks: {Value(2)}\n";
            Run(text, new AnalysisOptions { Analyzers = AnalyzerCatalog.All });
        }

        string Value(int depth) => depth == 0 || random.Next(4) == 0
            ? values[random.Next(values.Length)]
            : random.Next(2) == 0
                ? $"[{Value(depth - 1)}, {Value(depth - 1)}]"
                : $"{{{string.Join(", ", Enumerable.Range(0, 3).Select(_ => fields[random.Next(fields.Length)]).Distinct().Select(field => $"{field}: {Value(depth - 1)}"))}}}";
    }

    private static string Of(string name, string ns) => Service.Replace("NAME", name, StringComparison.Ordinal).Replace("NS", ns, StringComparison.Ordinal);

    private static System.Collections.Immutable.ImmutableArray<AnalysisMessage> Run(string text, AnalysisOptions? options = null)
    {
        var reader = new AnalysisReader();
        reader.AddText(text, "a.yaml");
        return ConfigAnalysis.Run(reader.ToSnapshot(addsIngress: true), options ?? new AnalysisOptions());
    }
}
