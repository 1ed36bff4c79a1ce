using P1Bridge.Cli.Decoding;
using P1Bridge.Configuration;
var decoder = new TelegramDecoder(CatalogueLoader.Load());
var r = decoder.Append(File.ReadAllBytes(args[^1])).Concat(decoder.Complete()).ToList();
using var o = Console.OpenStandardOutput();
DecodeJson.Write(r, o);
