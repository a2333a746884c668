namespace Mesh.Config.Objects.Ownership;

/// <summary>What one manager owns of an object.</summary>
internal sealed record ManagedFieldsEntry(string Manager, string Operation, string ApiVersion, string Subresource, FieldSet Fields)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>RFC 3339, whole seconds; null = unknown.</summary>
    public string? Time { get; init; }

    /// <summary>Whether both are one manager. Who applies is one in all versions (managedfields.BuildManagerIdentifier).</summary>
    public bool IsSame(ManagedFieldsEntry other) =>
        Manager == other.Manager
        && Operation == other.Operation
        && Subresource == other.Subresource
        && (Operation == Apply || ApiVersion == other.ApiVersion);

    /// <summary>The manager as conflicts show it.</summary>
    public string Describe() =>
        $"\"{Manager}\""
        + (Subresource.Length > 0 ? $" with subresource \"{Subresource}\"" : "")
        + (Operation == Update ? $" using {ApiVersion}" : "");
}
