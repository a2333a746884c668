namespace Mesh.Config.Yaml;

/// <summary>The text of one document and the line it starts on.</summary>
internal readonly record struct YamlText(string Text, int FirstLine);
