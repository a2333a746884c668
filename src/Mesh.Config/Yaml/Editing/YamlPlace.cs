namespace Mesh.Config.Yaml.Editing;

/// <summary>Where an object stands in a text.</summary>
/// <param name="Document">Its document.</param>
/// <param name="Root">Of the document: the object itself, or the list that holds it.</param>
/// <param name="List">The items beside it; null when it is a document of its own.</param>
/// <param name="Node">The object.</param>
internal sealed record YamlPlace(YamlText Document, YamlMapping Root, YamlSequence? List, YamlMapping Node);
