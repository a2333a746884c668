namespace Mesh.Config.Yaml;

/// <summary>A key and its value in a mapping.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);
