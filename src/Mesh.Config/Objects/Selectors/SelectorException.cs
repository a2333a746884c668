namespace Mesh.Config.Objects.Selectors;

/// <summary>Says why a selector cannot be read (400 BadRequest).</summary>
internal sealed class SelectorException(string message) : Exception(message);
