using Mesh.Client.Model.Apis;

namespace Mesh.Server.Rules;

/// <summary>Whose request it is by its API key; found in its features, when a rule asks for keys.</summary>
/// <param name="Rule">NAMESPACE/NAME/RULE of the ApiAccess.</param>
/// <param name="Consumer">Null for nobody's: without a key that is good.</param>
internal sealed record RequestConsumer(string Rule, ApiConsumer? Consumer)
{
    /// <summary>The version of the API that it means; null when none is told apart.</summary>
    public string? Version { get; set; }
}
