using Mesh.Config.Schema;

namespace Mesh.Config.Tests.Schema;

public sealed class KindSchemasTests
{
    public static TheoryData<string, string> Kinds { get; } = [.. ResourceKinds.All.Select(kind => new TheoryDataRow<string, string>(kind.Group, kind.Kind))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_EveryKind_HasTypesThatCanBeWalked(string group, string name)
    {
        var kind = ResourceKinds.Find(group, name)!;
        var seen = new HashSet<TypeSchema>();
        Walk(KindSchemas.Of(kind).Object, seen);
        Assert.Contains("metadata", KindSchemas.Of(kind).Object.Fields.Keys);
        Assert.All(seen.Where(type => type.ListType == ListType.Map), type => Assert.All(type.Keys, key => Assert.Contains(key, type.Items!.Fields.Keys)));
        Assert.DoesNotContain(seen, type => type is { Type: SchemaType.Object, Name.Length: > 0, PreserveUnknown: false, Fields.Count: 0 } && !IsEmptyByDesign(type.Name));
    }

    [Theory]
    [InlineData("", "Service", "spec.type", SchemaType.String)]
    [InlineData("", "Service", "spec.ipFamilyPolicy", SchemaType.String)]
    [InlineData("", "Service", "spec.ports.targetPort", SchemaType.IntOrString)]
    [InlineData("", "Service", "spec.selector", SchemaType.Map)]
    [InlineData("", "Secret", "type", SchemaType.String)]
    [InlineData("", "Secret", "data.key", SchemaType.String)]
    [InlineData("apps", "Deployment", "spec.template.spec.volumes.configMap.name", SchemaType.String)]
    [InlineData("apps", "Deployment", "spec.template.spec.containers.readinessProbe.httpGet.port", SchemaType.IntOrString)]
    [InlineData("apps", "Deployment", "spec.template.spec.containers.resources.limits.cpu", SchemaType.String)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.timeout", SchemaType.String)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.match.headers.any.exact", SchemaType.String)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.mirrorPercent", SchemaType.Integer)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.corsPolicy.allowCredentials", SchemaType.Boolean)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.directResponse.body.bytes", SchemaType.String)]
    [InlineData("networking.istio.io", "VirtualService", "spec.http.fault.delay.percentage.value", SchemaType.Number)]
    [InlineData("networking.istio.io", "DestinationRule", "spec.trafficPolicy.loadBalancer.simple", SchemaType.String)]
    [InlineData("networking.istio.io", "EnvoyFilter", "spec.configPatches.patch.value", SchemaType.Object)]
    [InlineData("gateway.networking.k8s.io", "HTTPRoute", "spec.rules.matches.path.value", SchemaType.String)]
    [InlineData("mesh.dev", "RateLimit", "metadata.labels.any", SchemaType.String)]
    public void Of_AField_HasItsJsonForm(string group, string kind, string path, object expected)
    {
        var type = KindSchemas.Of(ResourceKinds.Find(group, kind)!).Object;
        foreach (var name in path.Split('.'))
        {
            while (type.Type == SchemaType.List)
            {
                type = type.Items!;
            }

            Assert.True(type.Fields.ContainsKey(name) || type.Type == SchemaType.Map, $"{name} of {path} is unknown");
            type = type.Child(name);
        }

        Assert.Equal((SchemaType)expected, type.Type);
    }

    [Theory]
    [InlineData("", "Service", "spec", "ports", ListType.Map)]
    [InlineData("networking.istio.io", "ServiceEntry", "spec", "ports", ListType.Map)]
    [InlineData("networking.istio.io", "VirtualService", "spec", "http", ListType.Atomic)]
    [InlineData("gateway.networking.k8s.io", "Gateway", "spec", "listeners", ListType.Map)]
    [InlineData("", "Service", "metadata", "finalizers", ListType.Set)]
    public void Of_AList_IsMergedAsItsAuthorsSay(string group, string kind, string parent, string list, object expected) =>
        Assert.Equal((ListType)expected, KindSchemas.Of(ResourceKinds.Find(group, kind)!).Object.Child(parent).Child(list).ListType);

    [Fact]
    public void ListKeys_Always_NameFieldsThatExist()
    {
        var messages = ResourceKinds.All.Where(kind => kind.Spec is not null).Select(kind => kind.Spec!.File).SelectMany(WithImports).Distinct()
            .SelectMany(file => file.MessageTypes).SelectMany(Nested).SelectMany(message => message.Fields.InDeclarationOrder()).Select(field => field.FullName);
        Assert.Empty(ListKeys.Names.Except(messages));
    }

    private static IEnumerable<Google.Protobuf.Reflection.FileDescriptor> WithImports(Google.Protobuf.Reflection.FileDescriptor file) =>
        file.Dependencies.SelectMany(WithImports).Append(file);

    private static IEnumerable<Google.Protobuf.Reflection.MessageDescriptor> Nested(Google.Protobuf.Reflection.MessageDescriptor message) =>
        message.NestedTypes.SelectMany(Nested).Append(message);

    /// <summary>Messages whose presence says everything.</summary>
    private static bool IsEmptyByDesign(string name) => name.EndsWith("Empty", StringComparison.Ordinal) || name.EndsWith("MagLev", StringComparison.Ordinal);

    private static void Walk(TypeSchema type, HashSet<TypeSchema> seen)
    {
        if (!seen.Add(type))
        {
            return;
        }

        foreach (var field in type.Fields.Values)
        {
            Walk(field.Type, seen);
        }

        if (type.Items is not null)
        {
            Walk(type.Items, seen);
        }
    }
}
