"""Writes the weights of a GGUF file as a folder that vLLM loads, in bfloat16 and without quantization.

convert-weights.py FILE.gguf FOLDER [--tokenizer]   --tokenizer: also the tokenizer that the file holds
"""

import os
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

source, target = sys.argv[1], sys.argv[2]
folder, name = os.path.split(source)
model = AutoModelForCausalLM.from_pretrained(
    folder, gguf_file=name, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True)
)
if hasattr(model.config, "quantization_config"):
    del model.config.quantization_config
model.save_pretrained(target)
if "--tokenizer" in sys.argv[3:]:
    AutoTokenizer.from_pretrained(folder, gguf_file=name).save_pretrained(target)
