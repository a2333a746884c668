using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>Tells whether a rule hangs on attributes that only HTTP has.</summary>
internal static class HttpAttributeRules
{
    /// <summary>Istio's measure: no port named beside the operations, or nothing of the connection beside the sources.</summary>
    public static bool AreAlone(Rule rule)
    {
        var operations = rule.To.Where(to => to.Operation is not null).Select(to => to.Operation).ToArray();
        return operations.Length > 0
            ? !operations.Any(operation => operation.Ports.Count + operation.NotPorts.Count > 0)
            : rule.From.Any(from => from.Source is not null) && !rule.From.Any(from => from.Source is { } source && NamesTheConnection(source));
    }

    private static bool NamesTheConnection(Source source) =>
        source.CalculateSize() > new Source { RequestPrincipals = { source.RequestPrincipals }, NotRequestPrincipals = { source.NotRequestPrincipals } }.CalculateSize();
}
