namespace Mesh.Client.Expressions;

/// <summary>Fields that are found by asking; what is not there is an error that names it.</summary>
/// <param name="name">Of the whole, for people.</param>
/// <param name="find">Null for a field that does not exist.</param>
internal sealed class CelFields(string name, Func<string, CelValue?> find) : ICelFields
{
    public CelValue Find(string field) => find(field) ?? CelValue.Error($"{name} has no '{field}'");
}
